"""Multiple personalities: stretches of acts in which an agent conducts itself differently, when and in which context.

Acts are cut into windows of twenty or more, in each of which it is counted how often the agent chose C and D after each
turn. Two windows are as far apart as it is probable that they come from different conducts (Bayes factor of two
Beta(1/2, 1/2) rates per context against one, even prior odds). An agent that does nothing but go on as it did, whatever
the other does, has no rule in that: of such a one the other's last action alone is the context. DBSCAN joins windows;
clusters whose conducts are not clearly different are joined too, so that an agent that met different counterparts with
one strategy stays one.

Sources: Ester et al. 1996 (DBSCAN); Kass and Raftery 1995 (Bayes factors); Barry and Hartigan 1992 (change points).
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import numpy as np

from ethogram.events.canonical import quantise
from ethogram.events.principles import Personality, Span
from ethogram.principles.automata import Floats
from ethogram.principles.clusters import NOISE, dbscan
from ethogram.principles.pages import CONTEXTS, Codes, Pages

WINDOW = 20
"""Acts of a window, at least."""
MOST_WINDOWS = 40
"""Windows of a story, at most: they grow with it."""
APART = 5.0
"""Log Bayes factor from which two conducts are different ones: about 150 to 1, as the pair was sought out."""
SHOWN = 4
"""Contexts that are told of a personality."""

REACTIVE = np.eye(len(CONTEXTS))[:, [0, 1, 2, 5, 6]] + np.eye(len(CONTEXTS))[:, [0, 3, 4, 5, 6]] * [0, 1, 1, 0, 0]
"""(contexts, 5) what the other did last, whatever the agent did: a start, C, D, and the two of scenarios."""

_NEAR = 0.45  # windows that are more probably of one conduct than not; those without a common context are at one half
_LEAST = 0.1  # share of an agent's acts below which a conduct is an episode, not a personality


def personalities(pages: Pages) -> tuple[Personality, ...]:
    """The personalities of an agent, the most frequent first; one for most agents, none below a window of acts."""
    chosen = np.flatnonzero(pages.chosen)
    if len(chosen) < WINDOW:
        return ()
    windows = _windows(len(chosen))
    counts = _counts(pages, chosen, windows)
    if _inert(counts.sum(axis=0)):
        counts = counts @ REACTIVE
    labels = _joined(counts, dbscan(_distances(counts), _NEAR, 2))[windows]
    order = [label for label, _ in Counter(labels.tolist()).most_common()]
    kept = [label for label in order if (labels == label).sum() >= _LEAST * len(labels)]
    return tuple(_personality(pages, chosen, labels, label, chr(65 + nth)) for nth, label in enumerate(kept[:26]))


def _windows(acts: int) -> Codes:
    """(A,) window of each choice: all but the last of equal size."""
    many = max(1, min(MOST_WINDOWS, acts // WINDOW))
    return np.minimum(np.arange(acts) // (acts // many), many - 1)


def _counts(pages: Pages, chosen: Codes, windows: Codes) -> Floats:
    """(W, 2, contexts) choices of C and of D."""
    many, size = int(windows[-1]) + 1, len(CONTEXTS)
    place = (windows * 2 + pages.meant[chosen]) * size + pages.context[chosen]
    return np.bincount(place, minlength=many * 2 * size).reshape(many, 2, size).astype(np.float64)


def _inert(counts: Floats) -> bool:
    """Whether the agent went on as before after every turn that it met three times or more."""
    many = counts[:, 1:5].sum(axis=0)
    kept = counts[[0, 0, 1, 1], [1, 2, 3, 4]]
    known = many >= 3
    return bool(known[:2].any() and known[2:].any() and (kept[known] >= 0.85 * many[known]).all())


def _evidence(counts: Floats) -> Floats:
    """(...,) log evidence of one conduct; the last two axes are C and D, and contexts."""
    from scipy.special import betaln

    return np.asarray((betaln(counts[..., 0, :] + 0.5, counts[..., 1, :] + 0.5) - betaln(0.5, 0.5)).sum(axis=-1))


def _factors(one: Floats, others: Floats) -> Floats:
    """(M,) log Bayes factor that each of the others is another conduct than `one`."""
    return np.asarray(_evidence(one) + _evidence(others) - _evidence(one + others))


def _distances(counts: Floats) -> Floats:
    """(W, W) probability that two windows are of different conducts."""
    alone = _evidence(counts)
    factors = alone[:, None] + alone[None] - _evidence(counts[:, None] + counts[None])
    distances = 1 / (1 + np.exp(-np.clip(factors, -30, 30)))
    np.fill_diagonal(distances, 0)
    return np.asarray(np.round(distances, 6))


def _joined(counts: Floats, labels: Codes) -> Codes:
    """(W,) labels after clusters that are not clearly different were joined, the most alike first."""
    fresh = int(labels.max(initial=NOISE)) + 1
    outliers = np.flatnonzero(labels == NOISE)
    labels = labels.copy()
    labels[outliers] = fresh + np.arange(len(outliers))
    groups = [np.flatnonzero(labels == label).tolist() for label in sorted(set(labels.tolist()))]
    sums = [counts[group].sum(axis=0) for group in groups]
    while len(groups) > 1:
        table = np.stack([np.round(_factors(one, np.stack(sums)), 6) for one in sums])
        np.fill_diagonal(table, np.inf)
        one, other = sorted(divmod(int(table.argmin()), len(sums)))
        if table[one, other] > APART:
            break
        groups[one] += groups.pop(other)
        sums[one] = sums[one] + sums.pop(other)
    for number, group in enumerate(groups):
        labels[group] = number
    return labels


def _personality(pages: Pages, chosen: Codes, labels: Codes, label: int, name: str) -> Personality:
    mine = chosen[labels == label]
    kind = pages.meant[mine] == 0
    return Personality(
        name=name, acts=len(mine), share=quantise(len(mine) / len(chosen)), cooperation=quantise(float(kind.mean())),
        conduct=_told(pages, mine), contexts=_contexts(pages, chosen, mine), spans=_spans(pages, chosen, labels, label),
    )  # fmt: skip


def _told(pages: Pages, mine: Codes) -> str:
    """In words how it acts."""
    words = {"start": "at a start", "faith": "towards faith", "breach": "towards a breach"}
    context, kind = pages.context[mine], pages.meant[mine] == 0
    parts = [f"cooperates {kind.mean():.0%}"]
    for number, name in enumerate(CONTEXTS):
        here = context == number
        if here.sum() >= 3:
            parts.append(f"{words.get(name, f'after {name}')} {kind[here].mean():.0%}")
    return ", ".join(parts)


def _contexts(pages: Pages, chosen: Codes, mine: Codes) -> dict[str, float]:
    """Share of the acts in each context in which this personality showed, where it showed most."""
    if pages.settings == ("",):
        return {}
    own = np.bincount(pages.setting[mine], minlength=len(pages.settings))
    total = np.bincount(pages.setting[chosen], minlength=len(pages.settings))
    order = sorted(np.flatnonzero(own).tolist(), key=lambda at: (-int(own[at]), pages.settings[at]))
    return {pages.settings[at] or "untold": quantise(float(own[at] / total[at])) for at in order[:SHOWN]}


def _spans(pages: Pages, chosen: Codes, labels: Codes, label: int) -> tuple[Span, ...]:
    spans, first = [], 0
    for held, run in groupby((labels == label).tolist()):
        end = first + sum(1 for _ in run)
        if held:
            (game, start), (last, until) = pages.place(int(chosen[first])), pages.place(int(chosen[end - 1]))
            spans.append(Span(game=game, round=start, last_game=last, last_round=until, acts=end - first))
        first = end
    return tuple(spans)
