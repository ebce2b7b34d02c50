"""How many scenarios it takes until one hypothesis about an agent holds 95 %: chosen ones against drawn ones.

Agents are simulated: each lives by one named hypothesis and draws its choices from it. A pair is one agent asked twice,
once with scenarios that are chosen and once with the seed's rotation over all archetypes. Both do as the director does:
no dilemma (a template and what the counterpart did) comes again before all have come. Pairs of one hypothesis (or one
pair of hypotheses) are resampled together for the interval. An agent that is not certain after MOST scenarios counts
with MOST, and is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from ethogram.events import AgentId, Archetype, Chance, PrinciplesInferred, ScenarioPlan, SessionId
from ethogram.games import HYPOTHESES, library
from ethogram.games.hypotheses import CERTAIN, chances, posterior
from ethogram.games.next_scenario import select
from ethogram.games.picks import Candidate, fixed
from ethogram.games.sequences import candidates
from ethogram.principles.conclusion import conclude
from ethogram.principles.evidence import Evidence, update
from ethogram.principles.observation import Observation

MOST = 100
"""Scenarios after which an agent is given up."""
SEED = 5
RESAMPLES = 2_000

Ask = Callable[[int, Evidence, Mapping[str, int]], Candidate]
"""`(number, evidence so far, how often each template came) -> the next dilemma`."""


class Run(NamedTuple):
    """One agent, asked until it was certain."""

    games: int
    right: bool
    """Whether the hypothesis that led in the end is the agent's own."""


def measure(seeds: int = 3, seed: int = SEED) -> dict[str, Any]:
    """The table: per rule the pairs, mean games with and without choosing, their ratio with a 95 % interval."""
    return {
        "diagnostic, two hypotheses": _case(partial(_diagnostic, seeds=seeds, seed=seed)),
        "adaptive, nine hypotheses": _case(partial(_adaptive, seeds=8 * seeds, seed=seed)),
    }


Paired = tuple[str, Run, Run]
"""Cluster, chosen, drawn."""


def _diagnostic(seeds: int, seed: int) -> list[Paired]:
    found = []
    for first, second in combinations(HYPOTHESES, 2):
        plan = _plan("diagnostic", (first, second))
        for truth in (first, second):
            for repetition in range(seeds):
                name = f"{first}/{second}/{truth}/{repetition}"
                runs = [_run(truth, (first, second), ask, f"{seed}/{name}") for ask in _both(plan, f"{seed}/{name}")]
                found.append((f"{first}/{second}", runs[0], runs[1]))
    return found


def _adaptive(seeds: int, seed: int) -> list[Paired]:
    found = []
    plan = _plan("adaptive", ())
    for truth in HYPOTHESES:
        for repetition in range(seeds):
            name = f"{truth}/{repetition}"
            runs = [_run(truth, HYPOTHESES, ask, f"{seed}/{name}") for ask in _both(plan, f"{seed}/{name}")]
            found.append((truth, runs[0], runs[1]))
    return found


def _plan(choice: str, hypotheses: tuple[str, ...]) -> ScenarioPlan:
    return ScenarioPlan.model_validate(
        {"archetypes": get_args(Archetype), "count": MOST, "choice": choice, "hypotheses": hypotheses}
    )


def _both(plan: ScenarioPlan, seed: str) -> tuple[Ask, Ask]:
    rotation = plan.model_copy(update={"choice": "fixed"})
    return partial(_chosen, plan), partial(_drawn, rotation, Chance(seed).below(2**40))


def _chosen(plan: ScenarioPlan, number: int, evidence: Evidence, met: Mapping[str, int]) -> Candidate:
    """As the director chooses: among the dilemmas that came least often."""
    held = candidates(library(), tuple(library().by_id))
    least = min(met.get(_name(each), 0) for each in held)
    allowed = [each for each in held if met.get(_name(each), 0) == least]
    return select(plan, _inferred(evidence) if number > 1 else None, allowed).candidate


def _name(candidate: Candidate) -> str:
    return f"{candidate.template} {candidate.conduct}"


def _drawn(plan: ScenarioPlan, seed: int, number: int, evidence: Evidence, met: Mapping[str, int]) -> Candidate:
    pick = fixed(seed, plan, number, library())
    return next(each for each in candidates(library(), (pick.template,)) if each.conduct == pick.conduct)


def _inferred(evidence: Evidence) -> PrinciplesInferred:
    return conclude(evidence, SessionId("bench"), AgentId("agent"), closing=False)


def _run(truth: str, hypotheses: Sequence[str], ask: Ask, seed: str) -> Run:
    """Ask an agent until one of the hypotheses holds 95 %."""
    evidence, met, odds = Evidence(), dict[str, int](), dict.fromkeys(hypotheses, 1 / len(hypotheses))
    for number in range(1, MOST + 1):
        candidate = ask(number, evidence, met)
        met[_name(candidate)] = met.get(_name(candidate), 0) + 1
        evidence = update(evidence, _act(candidate, _answer(truth, candidate, Chance(seed, "answer", number)), number))
        odds = posterior({name: evidence.hypotheses.logs[name] for name in hypotheses})
        if max(odds.values()) >= CERTAIN:
            return Run(number, max(odds, key=lambda name: odds[name]) == truth)
    return Run(MOST, max(odds, key=lambda name: odds[name]) == truth)


def _answer(truth: str, candidate: Candidate, chance: Chance) -> int:
    left = chance.uniform()
    shares = chances(truth, candidate.effects)
    for place, share in enumerate(shares):
        left -= share
        if left < 0:
            return place
    return len(shares) - 1


def _act(candidate: Candidate, option: int, number: int) -> Observation:
    effects = {str(place): declared for place, declared in enumerate(candidate.effects)}
    return Observation(
        game="s", intended="C", executed="C", other=candidate.conduct, evidence=str(number),
        archetype=library().by_id[candidate.template][0], option=str(option), effects=effects,
    )  # fmt: skip


def _case(play: Callable[[], list[Paired]]) -> dict[str, object]:
    paired = play()
    games = np.array([[chosen.games, drawn.games] for _, chosen, drawn in paired], dtype=np.float64)
    clusters = np.array([cluster for cluster, _, _ in paired])
    low, high = _interval(games, clusters)
    chosen, drawn = games.mean(axis=0).tolist()
    return {
        "pairs": len(paired), "chosen": round(chosen, 2), "drawn": round(drawn, 2),
        "ratio": round(chosen / drawn, 3), "interval": [round(low, 3), round(high, 3)],
        "median_chosen": float(np.median(games[:, 0])), "median_drawn": float(np.median(games[:, 1])),
        "right_chosen": round(sum(run.right for _, run, _ in paired) / len(paired), 3),
        "right_drawn": round(sum(run.right for _, _, run in paired) / len(paired), 3),
        "given_up": int((games >= MOST).sum()),
    }  # fmt: skip


def _interval(games: NDArray[np.float64], clusters: NDArray[np.str_]) -> tuple[float, float]:
    """95 % percentile interval of the ratio of means, clusters resampled whole."""
    names = np.unique(clusters)
    sums = np.array([games[clusters == name].sum(axis=0) for name in names])
    chance = np.random.Generator(np.random.PCG64(SEED))
    drawn = chance.integers(0, len(names), (RESAMPLES, len(names)))
    totals = sums[drawn].sum(axis=1)
    low, high = np.quantile(totals[:, 0] / totals[:, 1], [0.025, 0.975])
    return float(low), float(high)
