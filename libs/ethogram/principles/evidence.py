"""Everything that inference keeps of one agent, and how one more act changes it: O(1), whatever came before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import Field

from ethogram.events.base import Value
from ethogram.events.ids import EventId
from ethogram.principles import marks, strategy
from ethogram.principles.forecast import Forecast
from ethogram.principles.hypotheses import Hypotheses
from ethogram.principles.observation import Observation
from ethogram.principles.opportunities import Past, key, opportunities
from ethogram.principles.preferences import Preferences
from ethogram.principles.stances import WHOLE, Stances
from ethogram.principles.switches import Trail

CITED = 6
"""Most recent decisions that are cited for and against each principle."""


Source = tuple[str, int, EventId]
"""Game, turn and id of a decision: in this order they are cited, however parallel games interleaved."""
Cited = tuple[tuple[Source, ...], tuple[Source, ...]]
"""Decisions for and against, the last ones by game and turn."""


class Live(Value):
    """A game that goes on."""

    course: marks.Course = marks.BEGIN
    """How it went so far."""
    states: tuple[int, ...] = Field(default_factory=strategy.start)
    """(S,) state of every strategy of the dictionary."""
    provoked: bool = False
    """Whether the other has defected (as executed)."""
    spoiled: bool = False
    """Whether the agent has meant to defect."""


class Evidence(Value):
    """Sufficient statistics of one agent's acts, JSON through and through; integers only, so nothing drifts."""

    acts: int = 0
    """Acts seen, with and without a choice."""
    live: dict[str, Live] = Field(default_factory=dict)
    """Games that go on; finished ones are forgotten."""
    latest: str = ""
    """The live game of the last act; empty if it has ended."""
    marks: tuple[int, ...] = Field(default_factory=marks.blank)
    """Choices per situation, see `marks.mark`."""
    trail: Trail = Trail()
    """Choices by the round of the game, to find changes of conduct."""
    visits: tuple[int, ...] = Field(default_factory=strategy.blank)
    """(2Q,) intentions per state of each strategy, see `strategy.visit`."""
    tallies: dict[str, tuple[int, int]] = Field(default_factory=dict)
    """Opportunities kept and broken, by `principle|stratum|context`."""
    effects: dict[str, tuple[int, int]] = Field(default_factory=dict)
    """How far declared effects were chosen and passed over, in thousandths, by `principle|archetype`."""
    conduct: dict[str, tuple[int, int]] = Field(default_factory=dict)
    """Leanings C and D in scenarios, by the counterpart's conduct."""
    cited: dict[str, Cited] = Field(default_factory=dict)
    """Most recent decisions for and against each principle."""
    stances: Stances = Stances()
    """What it claims beside what it does, and which principles pull apart."""
    preferences: Preferences = Preferences()
    """Weights of declared option effects."""
    hypotheses: Hypotheses = Hypotheses()
    """Named hypotheses about these weights."""
    forecast: Forecast = Forecast()
    """Track record of predictions."""


def update(evidence: Evidence, act: Observation) -> Evidence:
    """The evidence after one more act. Pure; acts of one game come in order, games may interleave as they like."""
    changes: dict[str, object] = {"acts": evidence.acts + 1, **_play_on(evidence, act)}
    if act.chosen and act.intended in ("C", "D"):
        changes |= _foreseen(evidence, act) | _learnt(evidence, act)
    return evidence.model_copy(update=changes)


def fit(acts: Iterable[Observation]) -> Evidence:
    """The evidence of all `acts` of one agent: the same as `update` one by one, to the last bit."""
    evidence = Evidence()
    for act in acts:
        evidence = update(evidence, act)
    return evidence


def chance_of_cooperation(evidence: Evidence, act: Observation) -> float:
    """Probability, before `act` is seen, that its intention leans C. Uses of `act` only what stood before it."""
    if act.archetype is not None:
        return leaning(evidence, act.other)
    live = evidence.live.get(act.game)
    return strategy.foresee(strategy.weigh(evidence.visits), live.states if live else strategy.start())


def leaning(evidence: Evidence, conduct: str) -> float:
    """Probability that the agent leans C in a scenario towards a counterpart with this conduct; six decimals."""
    kept, broken = evidence.conduct.get(conduct, (0, 0))
    return round((kept + 0.5) / (kept + broken + 1), 6)


def _foreseen(evidence: Evidence, act: Observation) -> dict[str, object]:
    if not (act.dyadic or act.archetype):
        return {}
    chance = chance_of_cooperation(evidence, act)
    return {"forecast": evidence.forecast.after(chance, act.intended == "C")}


def _learnt(evidence: Evidence, act: Observation) -> dict[str, object]:
    """What a choice changes: strategies where it was one C or D against another, tallies, weights of effects."""
    tallies, cited = dict(evidence.tallies), dict(evidence.cited)
    stakes: dict[str, int] = {}
    live = evidence.live.get(act.game)
    past = Past(live.provoked, live.spoiled) if live else Past()
    for principle, stratum, kept in opportunities(act, past, evidence.tallies):
        if principle != "consistency":  # follows from what was returned and refused, in whatever order games interleave
            _raise(tallies, key(principle, stratum, act.context), kept)
            stakes[principle] = WHOLE if kept else -WHOLE
            _cite(cited, principle, act, kept)
    changes: dict[str, object] = {"tallies": tallies, "cited": cited}
    if act.archetype is not None:
        changes |= _weighed(evidence, act, cited)
        stakes |= {name: 2 * gained for name, gained in _gains(act)}
    elif act.dyadic:
        states = live.states if live else strategy.start()
        course = live.course if live else marks.BEGIN
        places = marks.situation(course)
        changes["marks"] = marks.mark(evidence.marks, places, act.intended)
        changes["trail"] = evidence.trail.after(course[0], places, act.intended)
        changes["visits"] = strategy.visit(evidence.visits, states, act.intended)
    changes["stances"] = evidence.stances.after(stakes, act.claims, act.game, act.turn, act.evidence)
    return changes


def _weighed(evidence: Evidence, act: Observation, cited: dict[str, Cited]) -> dict[str, object]:
    """What a choice in a scenario changes beyond tallies: leanings by conduct, and effects chosen or passed over."""
    conduct, effects = dict(evidence.conduct), dict(evidence.effects)
    _raise(conduct, act.other, act.intended == "C")
    for name, gained in _gains(act):
        place = f"{name}|{act.archetype}"
        kept, broken = effects.get(place, (0, 0))
        effects[place] = (kept + max(gained, 0), broken + max(-gained, 0))
        _cite(cited, name, act, gained > 0)
    return {
        "conduct": conduct, "effects": effects, "preferences": evidence.preferences.after(act.effects, act.option),
        "hypotheses": evidence.hypotheses.after(act.effects, act.option),
    }  # fmt: skip


def _gains(act: Observation) -> Iterator[tuple[str, int]]:
    """Per principle what the chosen option gave it over the mean of the others, in thousandths of the span of 2."""
    others = [declared for option, declared in act.effects.items() if option != act.option]
    if act.option not in act.effects or not others:
        return
    for name in sorted({name for declared in act.effects.values() for name in declared}):
        passed_over = sum(declared.get(name, 0.0) for declared in others) / len(others)
        gained = round((act.effects[act.option].get(name, 0.0) - passed_over) * 500)
        if gained:
            yield name, gained


def _play_on(evidence: Evidence, act: Observation) -> dict[str, object]:
    """The live games after a turn was executed, whether or not the agent chose what it did."""
    if act.archetype is not None or act.executed not in ("C", "D") or act.other not in ("C", "D"):
        return {}
    if act.last:
        live = {game: state for game, state in evidence.live.items() if game != act.game}
        return {"live": live, "latest": ""}
    before = evidence.live.get(act.game) or Live()
    after = Live.model_construct(
        course=marks.play_on(before.course, act.executed, act.other),
        states=strategy.advance(before.states, act.executed, act.other),
        provoked=before.provoked or act.other == "D",
        spoiled=before.spoiled or (act.chosen and act.intended == "D"),
    )
    return {"live": {**evidence.live, act.game: after}, "latest": act.game}


def _raise(counts: dict[str, tuple[int, int]], place: str, kept: bool) -> None:
    yes, no = counts.get(place, (0, 0))
    counts[place] = (yes + kept, no + (not kept))


def _cite(cited: dict[str, Cited], name: str, act: Observation, kept: bool) -> None:
    if not act.evidence:
        return
    supporting, contradicting = cited.get(name, ((), ()))
    mine = (act.game, act.turn, EventId(act.evidence))
    cited[name] = (_last(supporting, mine), contradicting) if kept else (supporting, _last(contradicting, mine))


def _last(sources: tuple[Source, ...], added: Source) -> tuple[Source, ...]:
    if added in sources:
        return sources
    if not sources or sources[-1][:2] <= added[:2]:
        return (*sources, added)[-CITED:]
    return tuple(sorted((*sources, added), key=lambda source: source[:2]))[-CITED:]
