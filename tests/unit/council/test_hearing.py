"""The council speaks once, when everything is there, and the order in which it came makes no difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.council import Hearing, close_behaviour, constitution_digest, open_hearing
from ethogram.events import ChampionCrowned, Event, ScoreUpdated, SessionJudged, VerdictIssued
from ethogram.events.envelope import Record
from ethogram.services.judge.service import judge
from ethogram.topology import drive
from tests.unit.council.sessions import SESSION, closed, heard, lanes, move

ACTS = [move("C"), move("D"), move("D", before="DD", claims=["cooperation"]), move("C", counterpart="c")] * 6
LANES = lanes("a", "b", "c", acts=ACTS)


def merged(order: Sequence[int]) -> list[Record]:
    """The records of LANES, each lane in its order, taking the next of the lane that `order` names."""
    waiting = [list(lane) for lane in LANES]
    return [waiting[lane].pop(0) for lane in order]


ORDERS = st.permutations([place for place, lane in enumerate(LANES) for _ in lane])
PLAIN = heard(record for lane in LANES for record in lane)


def bodies(events: Sequence[Event]) -> list[bytes]:
    return [event.body() for event in events]


@settings(max_examples=60)
@given(ORDERS)
def test_any_interleaving_of_the_topics_gives_the_same_bytes(order: list[int]) -> None:
    assert bodies(heard(merged(order))) == bodies(PLAIN)


def test_a_hundred_reruns_say_the_same_bytes() -> None:
    once = [record for lane in LANES for record in lane]
    assert {tuple(bodies([made.event for made in drive(judge, once).emitted])) for _ in range(100)} == {
        tuple(bodies(PLAIN))
    }


def test_one_verdict_and_one_scorecard_per_agent_and_the_last_word_is_that_it_is_done() -> None:
    verdicts = [event for event in PLAIN if isinstance(event, VerdictIssued)]
    cards = [event for event in PLAIN if isinstance(event, ScoreUpdated)]
    last = PLAIN[-1]
    assert [verdict.agent_id for verdict in verdicts] == ["a", "b", "c"]
    assert sorted(card.agent_id for card in cards) == ["a", "b", "c"] and sorted(c.rank for c in cards) == [1, 2, 3]
    assert isinstance(last, SessionJudged) and last.verdicts == sum(last.tally.values()) == 3
    assert {verdict.constitution for verdict in verdicts} == {constitution_digest()}


def test_nothing_is_said_while_anything_is_missing() -> None:
    records = [record for lane in LANES for record in lane]
    last = [LANES[0][-1], LANES[1][-1], LANES[2][-1]]
    for missing in last:
        assert heard(record for record in records if record is not missing) == []


def test_once_it_has_spoken_the_record_is_forgotten_and_it_does_not_speak_again() -> None:
    records = [record for lane in LANES for record in lane]
    driver = drive(judge, records)
    state = driver.state(SESSION)
    assert state.judged and not state.conducts and not state.inferred
    assert close_behaviour(state, closed(a=1))[1] == ()
    assert open_hearing(state, LANES[0][0])[1] == ()


def test_a_session_in_which_nobody_acted_is_judged_all_the_same() -> None:
    state, said = open_hearing(Hearing(), LANES[0][0])
    assert said == ()
    _, said = close_behaviour(state, closed())
    assert said == (SessionJudged(session_id=SESSION, verdicts=0),)


def test_the_champion_is_the_best_of_those_who_were_approved() -> None:
    approved = {
        event.agent_id for event in PLAIN
        if isinstance(event, VerdictIssued) and event.verdict in ("approve", "approve-with-conditions")
    }  # fmt: skip
    cards = sorted(
        (event for event in PLAIN if isinstance(event, ScoreUpdated) and event.agent_id in approved),
        key=lambda card: card.rank,
    )
    crowned = [event.agent_id for event in PLAIN if isinstance(event, ChampionCrowned)]
    assert crowned == [card.agent_id for card in cards[:1]]


def test_in_a_dry_run_nobody_is_crowned() -> None:
    (opening,), *others = lanes("a", acts=[move("C")] * 30)
    records = [record for lane in others for record in lane]
    dry = replace(opening, event=opening.event.model_copy(update={"mode": "dry-run"}))
    said = heard([dry, *records])
    assert any(isinstance(event, ChampionCrowned) for event in heard([opening, *records]))
    assert not any(isinstance(event, ChampionCrowned) for event in said)
    assert isinstance(said[-1], SessionJudged) and said[-1].champion is None
