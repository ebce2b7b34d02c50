"""From evidence to an ethogram: principles with intervals, strategy, labels, prediction, words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ethogram.events.canonical import quantise
from ethogram.events.ids import AgentId, EventId, SessionId
from ethogram.events.principles import Prediction, Preference, Principle, PrinciplesInferred
from ethogram.principles import strategy
from ethogram.principles.contradictions import claims_of, contradictions
from ethogram.principles.evidence import Evidence
from ethogram.principles.labelling import tell
from ethogram.principles.opportunities import MEANING, STRATA, consistency
from ethogram.principles.preferences import PRIOR_SD
from ethogram.principles.resemblance import resembles
from ethogram.principles.strength import Counts, Strength, logit_interval, of_counts, of_logit, of_strata, pooled
from ethogram.principles.study import NOTHING_READ, Study
from ethogram.principles.switches import find_switch
from ethogram.principles.words import summarise

ENOUGH = 5
"""Opportunities that each stratum of a principle needs before we say that it can be told."""

_NARROWED = 0.81  # posterior over prior variance of a weight: above it, the options hardly told this principle apart

Measured = tuple[int, float, float]
"""Held-out choices, mean log loss in nats, accuracy."""

Marginal = tuple[float, float, int]
"""Mean and variance of a weight, decisions that tested it."""

Places = Mapping[str, Sequence[tuple[str, str, Counts]]]
"""By principle: stratum, context and counts."""


def conclude(
    evidence: Evidence,
    session_id: SessionId,
    agent_id: AgentId,
    *,
    closing: bool,
    measured: Measured | None = None,
    after: EventId | None = None,
    study: Study = NOTHING_READ,
    preferences: tuple[Preference, ...] = (),
) -> PrinciplesInferred:
    """The ethogram that the evidence supports. Pure; the same evidence says the same bytes.

    `measured` is the record of predictions where it was taken on whole games; else that of the evidence counts.
    `study` is what was found out less often (`study.study`); labels are told anew where it has none.
    `preferences` are those that its dealings show.
    """
    marginals = evidence.preferences.marginals()
    names = sorted({*STRATA, *marginals}) if evidence.acts else []
    places = _by_principle({**evidence.tallies, **consistency(evidence.tallies)}.items())
    principles = tuple(_principle(evidence, places, name, marginals.get(name)) for name in names)
    belief = strategy.weigh(evidence.visits)
    found = strategy.identify(belief, evidence.visits).model_copy(update={"resembles": resembles(evidence.marks)})
    labels = study.labels or tell(evidence.marks, belief)
    prediction = _prediction(evidence, belief, measured)
    by_name = {principle.name: principle for principle in principles}
    contradicting = contradictions(evidence.stances, by_name, study.opposed)
    return PrinciplesInferred(
        session_id=session_id, agent_id=agent_id, acts=evidence.acts, closing=closing, principles=principles,
        strategy=found, labels=labels, switches=find_switch(evidence.trail), prediction=prediction,
        hypotheses=evidence.hypotheses.posterior(), certain_after=evidence.hypotheses.certain_after, after=after,
        personalities=study.personalities, lineage=study.lineage, contradictions=contradicting,
        patterns=study.patterns, relations=study.relations, claims=claims_of(evidence.stances, by_name),
        preferences=preferences,
        summary=summarise(evidence.acts, principles, found, prediction, study.personalities, contradicting),
    )  # fmt: skip


def _principle(evidence: Evidence, places: Places, name: str, marginal: Marginal | None) -> Principle:
    strata = _strata(places, name)
    shown = int(sum(kept + broken for kept, broken in strata))
    tested = marginal[2] if marginal else 0
    strength, interval = _strength(strata, shown, marginal)
    supporting, contradicting = _cited(evidence, name)
    identifiable, why = _identifiable(name, strata, marginal)
    return Principle(
        name=name, strength=strength.mean, interval=interval, observations=shown + tested,
        contexts=_contexts(evidence, places, name), supporting=supporting, contradicting=contradicting,
        identifiable=identifiable, why=why,
    )  # fmt: skip


def _cited(evidence: Evidence, name: str) -> tuple[tuple[EventId, ...], tuple[EventId, ...]]:
    """Decisions for and against. Consistency is shown by what was returned, or refused where that is the rule."""
    kept, broken = evidence.cited.get("reciprocity" if name == "consistency" else name, ((), ()))
    if name == "consistency":
        counts = [tally for place, tally in evidence.tallies.items() if place.startswith("reciprocity|")]
        if sum(refused - returned for returned, refused in counts) > 0:
            kept, broken = broken, kept
    return tuple(source for _, _, source in kept), tuple(source for _, _, source in broken)


def _strength(strata: Sequence[Counts], shown: int, marginal: Marginal | None) -> tuple[Strength, tuple[float, float]]:
    """Strength and 95 % interval: of conduct, of declared effects, or of both weighted by their opportunities."""
    if marginal is None:
        strength = of_strata(strata)
        return strength, strength.interval()
    mean, variance, tested = marginal
    weighed = of_logit(mean, variance)
    if not shown:
        return weighed, logit_interval(mean, variance)
    both = pooled([(of_strata(strata), shown), (weighed, max(tested, 1))])
    return both, both.interval()


def _by_principle(tallies: Iterable[tuple[str, Counts]]) -> Places:
    found: dict[str, list[tuple[str, str, Counts]]] = defaultdict(list)
    for place, counts in tallies:
        principle, stratum, context = place.split("|", 2)
        found[principle].append((stratum, context, counts))
    return found


def _strata(places: Places, name: str) -> list[Counts]:
    """Counts per stratum over all contexts; empty for a principle that only scenarios declare."""
    found: dict[str, Counts] = dict.fromkeys(STRATA.get(name, ()), (0, 0))
    for stratum, _, (kept, broken) in places.get(name, ()):
        found[stratum] = (found[stratum][0] + kept, found[stratum][1] + broken)
    return list(found.values())


def _contexts(evidence: Evidence, places: Places, name: str) -> dict[str, float]:
    """Strength per context: memory-one states of games, archetypes of scenarios (there declared effects go first)."""
    by_context: dict[str, list[Counts]] = {}
    for _, context, counts in places.get(name, ()):
        by_context.setdefault(context, []).append(counts)
    for place, (chosen, passed_over) in evidence.effects.items():
        principle, archetype = place.rsplit("|", 1)
        if principle == name:
            by_context[archetype] = [(chosen / 1000, passed_over / 1000)]
    return {context: quantise(of_strata(by_context[context]).mean) for context in sorted(by_context)}


def _identifiable(name: str, strata: Sequence[Counts], marginal: Marginal | None) -> tuple[bool, str]:
    sizes = [int(kept + broken) for kept, broken in strata]
    if sizes and min(sizes) >= ENOUGH:
        return True, f"{_told(name, sizes)}: {MEANING[name]}"
    if marginal and marginal[2] >= ENOUGH and marginal[1] < _NARROWED * PRIOR_SD**2:
        return True, f"{marginal[2]} decisions between options that differ in it"
    if sizes and not marginal:
        return False, f"only {_told(name, sizes)}; at least {ENOUGH} {'of each ' if len(sizes) > 1 else ''}are needed"
    tested = marginal[2] if marginal else 0
    if tested < ENOUGH:
        return False, f"only {_plural(tested, 'decision')} between options that differ in it; {ENOUGH} are needed"
    return False, f"{tested} decisions tested it, but always together with other principles"


def _told(name: str, sizes: Sequence[int]) -> str:
    if len(sizes) == 2:
        after = "own cooperation met with " if name == "retaliation" else ""
        return f"{_plural(sizes[0], 'choice')} after {after}cooperation and {sizes[1]} after {after}defection"
    return _plural(sizes[0], "opportunity")


def _plural(count: int, noun: str) -> str:
    many = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{count} {noun if count == 1 else many}"


def _prediction(evidence: Evidence, belief: strategy.Belief, measured: Measured | None) -> Prediction:
    chance = _next_chance(evidence, belief)
    distribution = {} if chance is None else {"C": quantise(chance), "D": quantise(1 - chance)}
    measured = measured or evidence.forecast.held_out()
    if measured is None:
        return Prediction(next_choice=distribution)
    count, loss, accuracy = measured
    return Prediction(log_loss=loss, accuracy=accuracy, n=count, next_choice=distribution)


def _next_chance(evidence: Evidence, belief: strategy.Belief) -> float | None:
    """Of the next move in its latest game, or of the first one in a new game; without games, of its leaning."""
    if any(evidence.visits):
        live = evidence.live.get(evidence.latest)
        return strategy.foresee(belief, live.states if live else strategy.start())
    totals = [sum(column) for column in zip(*evidence.conduct.values(), strict=True)]
    return of_counts((totals[0], totals[1])).mean if totals else None
