"""The ladder moves once per session that counts, in one order; titles change hands by one rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.council.climbing import climb, disputed
from ethogram.council.ladder import UNANSWERED, Ladder, ordinal
from ethogram.council.placing import contestants
from ethogram.events import (
    LADDER,
    Event,
    EventId,
    LadderMoved,
    Placement,
    SessionCompleted,
    SessionId,
    SessionPlaced,
    TitleChallenged,
    TitleDefended,
    TitleHeld,
    TitleTaken,
    derive,
)
from ethogram.events.envelope import Position, Record
from ethogram.services.judge.service import judge
from ethogram.topology import Driver, catalogue
from tests.unit.council.sequential import Operation, operations, order
from tests.unit.council.sessions import SESSION, admitted, heard, lanes, move

TITLES = (TitleTaken, TitleDefended, TitleChallenged)
TOPIC = catalogue().topic_of(SessionPlaced).name


def placed(number: int, *ranked: str, champion: str | None = "", title: str = "cup") -> SessionPlaced:
    """A session that placed these, the best first, who is crowned unless `champion` says otherwise."""
    rows = [Placement(contestant=name, agent_id=name, place=place, total=1 / place, approved=True)
            for place, name in enumerate(ranked, 1)]  # fmt: skip
    crowned = ranked[0] if champion == "" else champion
    session = SessionId(derive("s", number))
    return SessionPlaced(session_id=session, title=title, placements=tuple(rows), champion=crowned)


def recorded(event: SessionPlaced, offset: int) -> Record:
    """How the judge writes it: every session begins to count at 1."""
    position = Position(TOPIC, 0, offset)
    return Record(event, event.id, "/ethogram/judge", "2026-01-01T00:00:00Z", event.session_id, None, 1, position)


def climbed(events: Sequence[SessionPlaced]) -> list[Event]:
    """What the judge says to these, its state written and read again after each."""
    driver = Driver(judge)
    for offset, event in enumerate(events):
        driver.feed(recorded(event, offset))
        state = driver.kept[LADDER].state
        assert type(state).model_validate_json(state.model_dump_json()) == state
    assert not driver.rejected
    return [record.event for record in driver.emitted]


def kinds(events: Sequence[SessionPlaced]) -> list[str]:
    return [type(event).__name__.removeprefix("Title") for event in climbed(events) if isinstance(event, TITLES)]


NAMES = st.lists(st.sampled_from("abcd"), min_size=2, max_size=4, unique=True)
SESSIONS = st.lists(st.tuples(NAMES, st.booleans(), st.sampled_from(("cup", "shield"))), max_size=12).map(
    lambda told: [placed(number, *names, champion="" if crowned else None, title=title)
                  for number, (names, crowned, title) in enumerate(told)]
)  # fmt: skip


def test_the_winner_rises_the_loser_falls_and_who_is_sure_is_moved_less() -> None:
    first, second = (event for event in climbed([placed(1, "a", "b"), placed(2, "a", "b")])
                     if isinstance(event, LadderMoved))  # fmt: skip
    up, down = first.moves
    assert (up.contestant, up.before, down.before) == ("a", None, None)
    assert up.after.mu > 25 > down.after.mu and up.after.sigma < 25 / 3
    assert second.moves[0].before == up.after and second.moves[0].after.sessions == 2
    assert second.moves[0].after.mu - up.after.mu < up.after.mu - 25
    assert ordinal(second.moves[0].after) > ordinal(up.after) > ordinal(down.after)


def test_equal_places_are_a_draw() -> None:
    rows = tuple(each.model_copy(update={"place": 1}) for each in placed(1, "a", "b").placements)
    _, said = climb(Ladder(), placed(1, "a", "b").model_copy(update={"placements": rows, "champion": None}))
    (moved,) = said
    assert isinstance(moved, LadderMoved) and moved.moves[0].after == moved.moves[1].after


@settings(max_examples=25)
@given(SESSIONS)
def test_each_session_moves_the_ladder_once_and_what_was_after_is_before(sessions: list[SessionPlaced]) -> None:
    said = climbed([*sessions, *sessions])  # every record comes twice
    moved = [event for event in said if isinstance(event, LadderMoved)]
    assert [event.number for event in moved] == list(range(1, len(sessions) + 1))
    assert [event.of_session for event in moved] == [event.session_id for event in sessions]
    known: dict[str, object] = {}
    for event in moved:
        for one in event.moves:
            assert one.before == known.get(one.contestant)
            known[one.contestant] = one.after


@settings(max_examples=25)
@given(SESSIONS)
def test_a_recorded_ladder_follows_from_the_placed_sessions_alone(sessions: list[SessionPlaced]) -> None:
    said = climbed(sessions)
    assert disputed([*sessions, *said]) is None
    if sessions:
        assert disputed(said) and disputed(sessions)
        (first, *others) = [event for event in said if not isinstance(event, TitleHeld)]
        forged = first.model_copy(update={"number": 77})
        assert disputed([*sessions, forged, *others])


def test_tenants_have_ladders_of_their_own() -> None:
    theirs = placed(2, "b", "a").model_copy(update={"tenant": "acme"})
    said = climbed([placed(1, "a", "b"), theirs])
    moved = [event for event in said if isinstance(event, LadderMoved)]
    assert [(event.tenant, event.number) for event in moved] == [(None, 1), ("acme", 1)]
    assert moved[0].session_id != moved[1].session_id and all(move.before is None for move in moved[1].moves)
    held = {event.key: event.holding.contestant for event in said if isinstance(event, TitleHeld)}
    assert held == {"cup": "a", "acme/cup": "b"}
    assert disputed([placed(1, "a", "b"), theirs, *said]) is None


def test_a_title_is_taken_defended_challenged_and_lost() -> None:
    assert kinds([placed(1, "a", "b"), placed(2, "a", "b")]) == ["Taken", "Defended"]
    assert kinds([placed(1, "a", "b"), placed(2, "b", "a")]) == ["Taken", "Taken"]
    assert kinds([placed(1, "a", "b"), placed(2, "c", "b"), placed(3, "a", "b")]) == ["Taken", "Challenged", "Defended"]
    assert kinds([placed(1, "a", "b"), placed(2, "a", "b", champion=None)]) == ["Taken"]
    assert kinds([placed(1, "a", "b"), placed(2, "c", "b", title="shield")]) == ["Taken", "Taken"]


def test_a_holder_who_leaves_challenges_unanswered_loses_the_title() -> None:
    bids = [placed(number, "c", "b") for number in range(2, 2 + UNANSWERED)]
    assert kinds([placed(1, "a", "b"), *bids]) == ["Taken", *["Challenged"] * (UNANSWERED - 1), "Taken"]
    answered = [*bids[:2], placed(8, "a", "b"), *bids[2:]]
    assert kinds([placed(1, "a", "b"), *answered]).count("Taken") == 1


def test_who_holds_a_title_now_is_said_under_its_name() -> None:
    now = [event for event in climbed([placed(1, "a", "b"), placed(2, "a", "b")]) if isinstance(event, TitleHeld)]
    assert [event.key for event in now] == ["cup", "cup"] and len({event.id for event in now}) == 2
    assert now[-1].holding.contestant == "a" and now[-1].holding.defences == 1


@settings(max_examples=40)
@given(SESSIONS, st.data())
def test_titles_under_concurrent_sessions_are_explained_by_one_order(
    sessions: list[SessionPlaced], data: st.DataObject
) -> None:
    """Sessions end at once and reach the ladder in any order; each asks before it is answered."""
    asked = {event.session_id: (event, float(number)) for number, event in enumerate(sessions)}
    arrived = data.draw(st.permutations(sessions))
    driver = Driver(judge)
    said = []
    for offset, event in enumerate(arrived):
        time = len(sessions) + offset
        made = [record.event for record in driver.feed(recorded(event, offset))]
        said += [(each, float(time)) for each in made if isinstance(each, TITLES)]
    history = operations(asked, said)
    explained = order(history)
    assert explained is not None and len(explained) == len(sessions)


def history_of(*sessions: SessionPlaced) -> list[Operation]:
    """Sessions one after the other, each answered before the next is asked."""
    said = {event.of_session: event for event in climbed(sessions) if isinstance(event, TITLES)}
    return [Operation(event, 2.0 * place, 2.0 * place + 1, said.get(event.session_id))
            for place, event in enumerate(sessions)]  # fmt: skip


def test_the_checker_sees_two_winners_a_lost_update_and_an_answer_from_the_past() -> None:
    honest = history_of(placed(1, "a", "b"), placed(2, "c", "a"), placed(3, "c", "b"))
    assert order(honest) is not None
    first, second, third = honest
    twice = second._replace(said=TitleTaken.model_validate({**second.said.model_dump(), "before": None}))  # type: ignore[union-attr]
    assert order([first, twice, third]) is None, "both took a title that was free"
    assert order([first, third]) is None, "what happened in between is missing"
    stale = [first._replace(called=9, returned=10), second, third]
    assert order(stale) is None, "the second could not know of a first that was asked later"
    assert order([first._replace(called=2, returned=4), second, third]) is not None, "at once, either may be first"


def opening() -> list[Record]:
    return [record for lane in lanes("a", "b", acts=[move("C")] * 30) for record in lane]


def after_judging(records: list[Record], *, cancelled: bool = False) -> list[Event]:
    end = SessionCompleted(session_id=SESSION, cancelled=cancelled)
    topic = catalogue().topic_of(SessionCompleted).name
    done = Record(end, end.id, "/x", "2026-01-01T00:00:00Z", SESSION, None, 1, Position(topic, 0, 9))
    return [event for event in heard([*records, done]) if isinstance(event, SessionPlaced)]


def test_a_completed_session_is_placed_once_its_end_is_told() -> None:
    (found,) = after_judging(opening())
    assert found.champion is not None and {each.agent_id for each in found.placements} == {"a", "b"}
    assert found.title == "n" and [each.place for each in found.placements] == [1, 1]
    assert after_judging(opening(), cancelled=True) == []


@pytest.mark.parametrize("change", [
    {"mode": "dry-run"}, {"recording": {"parts": 1, "games": (), "choices": 0}},
    {"agents": admitted("a").agents}, {"agents": tuple(each.model_copy(update={"adapter": "forked"})
                                                       for each in admitted("a", "b").agents)},
], ids=["dry", "recorded", "alone", "forked"])  # fmt: skip
def test_what_does_not_count_is_never_placed(change: dict[str, object]) -> None:
    first, *others = opening()
    assert contestants(admitted("a", "b")) and not contestants(admitted("a", "b").model_copy(update=change))
    changed = replace(first, event=first.event.model_copy(update=change), id=EventId(first.id))
    assert after_judging([changed, *others]) == []
