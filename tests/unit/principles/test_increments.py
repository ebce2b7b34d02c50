"""One act at a time, through JSON or all at once: the same evidence to the last bit; and ethograms when due."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.events import (
    Act,
    AgentId,
    BehaviourObserved,
    BehaviourSnapshot,
    EventId,
    GameId,
    Option,
    PrinciplesInferred,
    Profile,
    Situation,
)
from ethogram.principles import Evidence, Inference, conclude, fit, sight, update
from ethogram.principles.labelling import tell
from ethogram.principles.strategy import Belief
from ethogram.services.inference_worker.service import inference_worker
from ethogram.topology import command_record, drive

from .players import PLAYERS, SESSION, career, generous_tit_for_tat, observed, random, session, tit_for_tat


def scenario(number: int, option: str, conduct: str, outcome: str = "chosen") -> BehaviourObserved:
    act = Act.model_validate(
        {"seat": 0, "agent_id": "tft", "counterpart": "Mira", "number": number, "outcome": outcome, "intended": option,
         "executed": option, "before": "", "others": conduct, "payoff": 0, "decision_id": f"s{number}"}
    )  # fmt: skip
    return BehaviourObserved(
        session_id=SESSION, game_id=GameId("s-tft"), turn=number, kind="scenario", number=number, turn_id=EventId("t"),
        acts=(act,), last=False,
        options=(
            Option(id="keep", text="", leaning="C", effects={"loyalty": 1.0, "honesty": 0.5}),
            Option(id="hedge", text="", leaning="C", effects={"loyalty": 0.2, "honesty": -0.4}),
            Option(id="sell", text="", leaning="D", effects={"loyalty": -1.0, "honesty": 0.3, "reciprocity": 0.4}),
        ),
        situation=Situation(archetype="loyalty", template="t", stress=0.3, contexts={}, counterpart="Mira"),
    )  # fmt: skip


moves = st.lists(st.tuples(st.sampled_from(["keep", "hedge", "sell"]), st.sampled_from("CD")), min_size=1, max_size=12)


@settings(max_examples=20)
@given(moves, st.integers(0, 10_000))
def test_incremental_through_json_equals_batch(choices: list[tuple[str, str]], seed: int) -> None:
    acts = career(generous_tit_for_tat, [random, tit_for_tat], 15, 0.1, str(seed))
    told = [scenario(number, option, conduct) for number, (option, conduct) in enumerate(choices, 1)]
    acts += [sight(event, act) for event in told for act in event.acts]
    evidence = Evidence()
    for act in acts:
        evidence = Evidence.model_validate_json(update(evidence, act).model_dump_json())
    assert evidence == fit(acts)
    both = [conclude(found, SESSION, AgentId("a"), closing=True).body() for found in (evidence, fit(acts))]
    assert both[0] == both[1]


def test_an_ethogram_every_ten_acts_and_closing_ones_sorted_by_agent() -> None:
    turns = observed("g1", ("zoe", "abe"), [("C", "C", "D", "D")] * 25)
    profiles = {AgentId(name): Profile(acts=25, cooperations=0, entropy=0) for name in ("zoe", "abe", "idle")}
    closing = BehaviourSnapshot(session_id=SESSION, turns=25, closing=True, profiles=profiles)
    passing = closing.model_copy(update={"closing": False})
    driver = drive(inference_worker, [command_record(event) for event in (*turns, passing, closing)])
    made = [record.event for record in driver.emitted if isinstance(record.event, PrinciplesInferred)]
    assert [(event.agent_id, event.acts, event.closing) for event in made] == [
        ("zoe", 10, False), ("abe", 10, False), ("zoe", 20, False), ("abe", 20, False),
        ("abe", 25, True), ("idle", 0, True), ("zoe", 25, True),
    ]  # fmt: skip
    assert made[5].summary == "No act was observed." and made[5].strategy.nearest is None
    assert not driver.rejected


def test_ethograms_become_rarer_and_imagined_games_are_asked_rarer_still(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(marks: tuple[int, ...], belief: Belief) -> dict[str, float]:
        asked.append(sum(marks))
        return tell(marks, belief)

    monkeypatch.setattr("ethogram.principles.study.tell", counted)
    turns = observed("g1", ("zoe", "abe"), [("C", "C", "D", "D"), ("D", "D", "C", "C")] * 300)
    driver = drive(inference_worker, [command_record(event) for event in turns])
    made = [record.event for record in driver.emitted if isinstance(record.event, PrinciplesInferred)]
    zoe = [event for event in made if event.agent_id == "zoe"]
    assert len(zoe) == 34 and len(asked) == 2 * 14
    assert all(event.labels for event in zoe)


def test_the_state_does_not_grow_with_the_session() -> None:
    sizes = [len(fit(career(random, [tit_for_tat] * games, 50, 0.05, "g")).model_dump_json()) for games in (4, 16)]
    assert sizes[1] < 1.2 * sizes[0]


def test_finished_games_are_forgotten() -> None:
    turns = session({"a": tit_for_tat, "b": random}, 10, 0.0, "f")[0]
    driver = drive(inference_worker, [command_record(turn) for turn in turns])
    state: Inference = driver.state(SESSION)
    assert state.agents[AgentId("a")].live == {}
    assert Inference.model_validate_json(state.model_dump_json()) == state


def test_what_was_not_chosen_is_no_evidence_but_the_game_goes_on() -> None:
    rounds = [("C", "C", "D", "D")] * 3
    (first, second, third) = observed("g", ("a", "b"), rounds)
    late = second.acts[0].model_copy(update={"outcome": "timed-out", "intended": "D"})
    seen = [sight(first, first.acts[0]), sight(second, late)]
    evidence = fit(seen)
    assert evidence.acts == 2
    assert evidence.tallies["cooperation||start"] == (1, 0)
    assert not any(place.startswith("reciprocity") for place in evidence.tallies)
    assert not evidence.live["g#0"].spoiled
    assert evidence.live["g#0"].provoked
    assert fit([*seen, sight(third, third.acts[0])]).tallies["reciprocity|D|CD"] == (0, 1)


def test_evidence_cites_the_most_recent_decisions_for_and_against() -> None:
    acts = career(PLAYERS["always-cooperate"], [PLAYERS["alternator"]], 40, 0.0, "e")
    found = {p.name: p for p in conclude(fit(acts), SESSION, AgentId("a"), closing=True).principles}
    assert found["reciprocity"].supporting == tuple(f"g0-{turn}" for turn in (30, 32, 34, 36, 38, 40))
    assert found["reciprocity"].contradicting == tuple(f"g0-{turn}" for turn in (29, 31, 33, 35, 37, 39))


def test_scenarios_tell_principles_by_declared_effects_in_their_archetype() -> None:
    events = [scenario(number, "keep", "CD"[number % 2]) for number in range(1, 13)]
    evidence = fit(sight(event, act) for event in events for act in event.acts)
    event = conclude(evidence, SESSION, AgentId("tft"), closing=True)
    found = {principle.name: principle for principle in event.principles}
    assert found["loyalty"].strength > 0.6 and found["loyalty"].interval[0] > 0.5
    assert found["loyalty"].contexts["loyalty"] > 0.9
    assert found["loyalty"].identifiable and found["loyalty"].supporting[-1] == "s12"
    assert found["cooperation"].contexts == {"loyalty": 0.96154}
    assert found["reciprocity"].observations == 24  # twelve leanings and twelve declared effects
    assert event.strategy.nearest is None and event.labels == {}
    assert event.prediction.next_choice["C"] > 0.9
