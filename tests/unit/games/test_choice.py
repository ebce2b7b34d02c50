"""The choice of the next scenario: it waits for what is inferred or for its deadline, and says which; whatever the
interleaving, each agent is told the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.behaviour import tracking
from ethogram.events import (
    BehaviourObserved,
    BehaviourSnapshot,
    DeadlinePassed,
    DecisionMade,
    Event,
    LineageChanged,
    PauseSession,
    PosteriorAwaited,
    PrinciplesInferred,
    ResumeSession,
    ScenarioPlan,
    ScenarioPresented,
    SessionFinished,
    SessionRejected,
    TurnResolved,
)
from ethogram.games import library
from ethogram.games.next_scenario import select
from ethogram.games.sequences import candidates
from ethogram.principles import Inference, inference
from ethogram.topology import Driver, Service, command_record
from tests.unit.games.stage import DIRECTOR, SESSION, cast, decide, of, training

TRACKER = Service(
    name="action-tracker", initial=tracking.Tracking(),
    decides={TurnResolved: tracking.observe_turn, SessionFinished: tracking.close_session},
    emits=(BehaviourObserved, BehaviourSnapshot),
)  # fmt: skip
INFERENCE = Service(
    name="inference-worker", initial=Inference(),
    decides={BehaviourObserved: inference.weigh_turn, BehaviourSnapshot: inference.close_session},
    emits=(PrinciplesInferred, LineageChanged),
)  # fmt: skip
PLAN = {"archetypes": ["loyalty", "scarcity"], "count": 4, "choice": "adaptive", "depth": 2}


def adaptive(**fields: Any) -> Any:
    plan = {**PLAN, **fields}
    return training(agents=cast("tit-for-tat", "always-defect", "always-cooperate"), games=[], scenarios=plan)


class Table:
    """Director, tracker and inference in memory, and what is under way to the director, per topic."""

    def __init__(self, start: Any) -> None:
        self.director, self.tracker, self.worker = Driver(DIRECTOR), Driver(TRACKER), Driver(INFERENCE)
        self.said: list[Event] = []
        self.decisions: list[DecisionMade] = []
        self.inferred: list[PrinciplesInferred] = []
        self.give(start)

    def give(self, event: Event) -> list[Event]:
        made = [record.event for record in self.director.feed(command_record(event))]
        self.said += made
        for each in made:
            if isinstance(each, ScenarioPresented):
                self.decisions.append(decide(each, 0))
            if isinstance(each, TurnResolved | SessionFinished):
                for seen in self.tracker.feed(command_record(each)):
                    told = self.worker.feed(command_record(seen.event))
                    self.inferred += [record.event for record in told]
        return made

    def play_out(self) -> None:
        while self.decisions or self.inferred:
            self.give(self.decisions.pop(0) if self.decisions else self.inferred.pop(0))

    @property
    def awaited(self) -> list[PosteriorAwaited]:
        return of(self.said, PosteriorAwaited)


def bytes_of(said: Sequence[Event]) -> dict[str, list[bytes]]:
    """What each agent's sequence was told, without the session-wide number of a turn."""
    told: dict[str, list[bytes]] = {}
    for event in said:
        plain = event.model_copy(update={"number": 0}) if isinstance(event, TurnResolved) else event
        if isinstance(event, TurnResolved | ScenarioPresented | PosteriorAwaited):
            told.setdefault(event.game_id, []).append(plain.body())
    return told


@lru_cache(maxsize=1)
def in_order() -> Table:
    table = Table(adaptive())
    table.play_out()
    return table


@settings(max_examples=10)
@given(data=st.data())
def test_any_interleaving_of_decisions_and_inferences_tells_the_same_bytes(data: st.DataObject) -> None:
    table = Table(adaptive())
    while table.decisions or table.inferred:
        inferences_first = data.draw(st.booleans()) if table.decisions and table.inferred else bool(table.inferred)
        table.give(table.inferred.pop(0) if inferences_first else table.decisions.pop(0))
    assert bytes_of(table.said) == bytes_of(in_order().said)
    assert of(table.said, SessionFinished) == of(in_order().said, SessionFinished)


def test_each_choice_names_the_inference_that_it_rests_on() -> None:
    table = in_order()
    known = {event.id: event for event in of(table.said, TurnResolved)}
    for event in of(table.said, ScenarioPresented):
        if event.situation.depth:
            assert event.chosen is None, "a follow-up is no choice of ours"
        elif event.turn == 1:
            assert event.chosen.by == "adaptive" and event.chosen.basis is None and event.chosen.gain > 0
        else:
            wait = next(each for each in table.awaited if (each.game_id, each.turn) == (event.game_id, event.turn))
            assert known[wait.after].turn == event.turn - 1
            assert event.chosen.basis is not None and event.chosen.in_time
    assert len(table.awaited) == 3 * 3, "three agents, each before scenario 2, 3 and 4"


def test_nothing_is_presented_before_the_inference_is_there() -> None:
    table = Table(adaptive())
    table.give(table.decisions.pop(0))
    while table.decisions and table.decisions[-1].game_id == "s-a":
        table.give(table.decisions.pop())
    assert [event.game_id for event in of(table.said, ScenarioPresented)].count("s-a") < 4
    assert table.awaited and table.awaited[0].game_id == "s-a"


def test_when_the_deadline_passes_the_rotation_goes_on_and_says_so() -> None:
    table = Table(adaptive(depth=0))
    table.give(table.decisions.pop(0))
    (wait,) = table.awaited
    passed = DeadlinePassed(session_id=SESSION, game_id=wait.game_id, turn=wait.turn, after=wait.after)
    (presented,) = table.give(passed)
    assert (presented.chosen.basis, presented.chosen.in_time) == (passed.id, False)
    assert table.give(table.inferred.pop(0)) == [], "the inference comes too late"
    assert table.give(passed.model_copy(update={"turn": 99})) == []


def test_a_deadline_after_the_inference_changes_nothing() -> None:
    table = Table(adaptive(depth=0))
    table.give(table.decisions.pop(0))
    (wait,) = table.awaited
    assert len(table.give(table.inferred.pop(0))) == 1
    late = DeadlinePassed(session_id=SESSION, game_id=wait.game_id, turn=wait.turn, after=wait.after)
    assert table.give(late) == []


def test_a_paused_session_chooses_but_presents_when_it_goes_on() -> None:
    table = Table(adaptive(depth=0))
    table.give(table.decisions.pop(0))
    table.give(PauseSession(session_id=SESSION, command_id="p", actor="ann"))
    assert table.give(table.inferred.pop(0)) == []
    _, presented = table.give(ResumeSession(session_id=SESSION, command_id="r", actor="ann"))
    assert isinstance(presented, ScenarioPresented) and presented.chosen.basis is not None


def test_no_dilemma_comes_again_before_all_have_come_and_none_in_the_same_words() -> None:
    table = Table(adaptive(count=20, depth=0))
    table.play_out()
    mine = [event.situation for event in of(table.said, ScenarioPresented, "s-a")]
    assert len({(each.template, each.conduct) for each in mine}) == len(mine) == 20
    assert len({(each.template, each.telling) for each in mine}) == 20


def test_follow_ups_come_on_top_and_the_session_ends() -> None:
    plan = {"archetypes": ["loyalty", "betrayal"], "count": 10, "depth": 5}
    table = Table(training(agents=cast("always-cooperate", "always-defect"), games=[], scenarios=plan))
    while table.decisions:
        table.give(led_on(table.said, table.decisions.pop(0)))
    (finished,) = of(table.said, SessionFinished)
    turns = of(table.said, TurnResolved, "s-a")
    depths = [turn.situation.depth for turn in turns]
    assert depths.count(0) == 10 and max(depths) == 5
    assert finished.turns_by_agent["a"] == len(turns) > 10
    assert [turn.last for turn in turns] == [False] * (len(turns) - 1) + [True]
    assert {turn.lifecycle for turn in turns} == {"COMPLETED"}
    for before, after in pairwise(turns):
        if after.situation.depth:
            assert after.situation.template == before.situation.template
            assert after.situation.depth == before.situation.depth + 1


def led_on(said: Sequence[Event], decision: DecisionMade) -> DecisionMade:
    """The decision changed to an option that opens a follow-up, where there is one."""
    shown = next(event for event in of(said, ScenarioPresented) if event.id == decision.presented_id)
    _, template = library().by_id[shown.situation.template]
    node = next((step for step in template.follow_ups if step.id == shown.situation.step), template)
    opening = {option.id for option in node.options if option.leads_to}
    return decision.model_copy(
        update={"option": next((each.id for each in shown.options if each.name in opening), decision.option)}
    )


@pytest.mark.parametrize(
    ("outcome", "lifecycle"), [("chosen", "COMPLETED"), ("timed-out", "TIMED_OUT"), ("refused", "FAILED")]
)
def test_a_scenario_ends_completed_timed_out_or_failed(outcome: str, lifecycle: str) -> None:
    table = Table(adaptive())
    decision = table.decisions[0].model_copy(update={"outcome": outcome})
    turn = table.give(decision)[0]
    assert isinstance(turn, TurnResolved) and turn.lifecycle == lifecycle


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"choice": "diagnostic"}, "scenarios.hypotheses: choice diagnostic needs two different ones"),
        ({"choice": "diagnostic", "hypotheses": ["honesty", "honesty"]}, "needs two different ones"),
        ({"choice": "diagnostic", "hypotheses": ["honesty", "loyalti"]}, "unknown 'loyalti'; did you mean 'loyalty'?"),
        ({"hypotheses": ["honesty", "loyalty"]}, "scenarios.hypotheses: choice adaptive takes none"),
        ({"retest": True}, "scenarios.retest: needs choice fixed"),
        ({"templates": "elsewhere"}, "'elsewhere' is no folder below those that the operator allows"),
    ],
)
def test_a_plan_that_cannot_be_played_is_refused_in_clear_words(change: dict[str, Any], words: str) -> None:
    (rejected,) = Table(adaptive(**change)).said
    assert isinstance(rejected, SessionRejected) and words in rejected.reason


def chosen_for(choice: str, inferred: PrinciplesInferred | None, **fields: Any) -> Any:
    plan = ScenarioPlan.model_validate({"archetypes": ["loyalty"], "count": 3, "choice": choice, **fields})
    names = tuple(each for each in library().by_id)
    return select(plan, inferred, candidates(library(), names))


def believed(leads: float = 0.99, **strengths: tuple[float, float, float]) -> PrinciplesInferred:
    return PrinciplesInferred.model_validate({
        "session_id": SESSION, "agent_id": "a", "acts": 9, "closing": False, "strategy": {}, "prediction": {},
        "summary": "", "hypotheses": {"honesty": 1 - leads, "loyalty": leads},
        "principles": [
            {"name": name, "strength": strength, "interval": (low, high), "observations": 9, "identifiable": True,
             "why": ""}
            for name, (strength, low, high) in strengths.items()
        ],
    })  # fmt: skip


SURE = (0.9, 0.85, 0.93)
KNOWN = dict.fromkeys(("autonomy", "cooperation", "fairness", "harm-avoidance", "loyalty", "prudence", "honesty"), SURE)


def test_adaptive_aims_at_what_is_least_certain() -> None:
    for unsure in ("honesty", "prudence"):
        found = chosen_for("adaptive", believed(**{**KNOWN, unsure: (0.5, 0.05, 0.95), "reciprocity": SURE}))
        assert found.target == (unsure,)
        spread = [option.get(unsure, 0) for option in found.candidate.effects]
        assert max(spread) - min(spread) >= 0.8


def test_adaptive_asks_first_which_hypothesis_holds() -> None:
    found = chosen_for("adaptive", believed(leads=0.6, **KNOWN))
    assert found.target == ("loyalty", "honesty")


def test_adversarial_tempts_the_weakest_principle() -> None:
    found = chosen_for("adversarial", believed(**{**KNOWN, "honesty": (0.4, 0.3, 0.5)}))
    assert found.target == ("honesty",)
    offers = [option.get("honesty", 0) for option in found.candidate.effects]
    assert min(offers) < 0 < max(offers), "there is a way to keep it and a way to break it"


def test_diagnostic_sets_one_hypothesis_against_the_other() -> None:
    found = chosen_for("diagnostic", None, hypotheses=["honesty", "loyalty"])
    first, second = (
        max(found.candidate.effects, key=lambda option: option.get(name, 0)) for name in ("honesty", "loyalty")
    )
    assert first != second and found.gain > 0.5
    assert partial(chosen_for, "diagnostic", None, hypotheses=["honesty", "loyalty"])() == found, "the same again"
