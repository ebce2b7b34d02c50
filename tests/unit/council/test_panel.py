"""Models in the council: asked blind, then once more; kept whatever they say; advisers who cross no boundary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.audit import replay
from ethogram.council import JUDGES, SEVERITY, decide, rehear
from ethogram.council.constitution import constitution
from ethogram.events import (
    Ballot,
    Event,
    EventId,
    JudgementRequested,
    Ruling,
    SessionAdmitted,
    SessionJudged,
    VerdictIssued,
    Vote,
    VoteCast,
)
from ethogram.events.envelope import Position, Record
from ethogram.services.judge.service import judge
from ethogram.topology import Driver, catalogue
from tests.unit.council.sessions import SESSION, lanes, move

RULINGS: tuple[Ruling, ...] = get_args(Ruling)
SPECS = tuple(
    {"id": name, "judge": "openai-compatible", "config": {"model": name}} for name in ("m-one", "m-two", "m-three")
)
GUILTY, BLAMELESS = [move("D")] * 30, [move("C")] * 30
FOREIGN = "99999999-9999-4999-8999-999999999999"
HEARING = catalogue().topic_of(VoteCast).name


def opening(acts: list[dict[str, Any]], specs: Sequence[dict[str, Any]] = SPECS, agents: str = "ab") -> list[Record]:
    """A session in which these models sit."""
    first, *others = [record for lane in lanes(*agents, acts=acts) for record in lane]
    body = {**first.event.model_dump(), "judges": specs or None}
    return [replace(first, event=SessionAdmitted.model_validate(body)), *others]


class Court:
    """The judge, with models that answer what they are told to."""

    def __init__(self, acts: list[dict[str, Any]], specs: Sequence[dict[str, Any]] = SPECS) -> None:
        self.driver = Driver(judge)
        self.log: list[Record] = []
        for record in opening(acts, specs):
            self.feed(record)

    def feed(self, record: Record) -> None:
        self.log.append(record)
        for made in self.driver.feed(record):
            place = Position(catalogue().topic_of(type(made.event)).name, 0, len(self.log))
            self.log.append(replace(made, position=place))
        state = self.driver.state(SESSION)
        assert type(state).model_validate_json(state.model_dump_json()) == state

    def cast(self, event: VoteCast) -> None:
        asked = next(record for record in self.log if record.id == event.requested_id)
        position = Position(HEARING, 0, 1_000 + len(self.log))
        made = Record(event, event.id, judge.source, asked.time, SESSION, asked.id, None, position)
        self.log.append(made)
        self.log += [replace(one, position=Position("x", 0, 0)) for one in self.driver.feed(made)]

    def asked(self, number: int) -> list[JudgementRequested]:
        return [one for one in self.said(JudgementRequested) if one.round == number]

    def said(self, kind: type[Any]) -> list[Any]:
        return [record.event for record in self.driver.emitted if isinstance(record.event, kind)]


def answer(request: JudgementRequested, name: str, vote: Ballot, **told: Any) -> VoteCast:
    about = {"session_id": SESSION, "agent_id": request.agent_id, "judge": name, "round": request.round}
    return VoteCast.model_validate(
        {**about, "requested_id": request.id, "vote": vote, "reasons": ["so it seems"], **told}
    )


def answers(requests: Iterable[JudgementRequested], **votes: Any) -> list[VoteCast]:
    """One answer per request and judge; `votes` by judge with underscores, a ruling or the reason of an absence."""
    told = []
    for request in requests:
        for spec in request.judges:
            said = votes.get(spec.id.replace("-", "_"), "approve")
            absent = {} if said in RULINGS else {"absent": said}
            told.append(answer(request, spec.id, "abstain" if absent else said, **absent))
    return told


def held(acts: list[dict[str, Any]], specs: Sequence[dict[str, Any]] = SPECS, **votes: Any) -> Court:
    """A court that has spoken."""
    court = Court(acts, specs)
    for number in (1, 2):
        for event in answers(court.asked(number), **votes):
            court.cast(event)
    assert court.said(SessionJudged)
    return court


def house(court: Court) -> list[Vote]:
    return [vote for verdict in court.said(VerdictIssued) for vote in verdict.votes if not vote.adviser]


def test_models_are_asked_blind_then_with_what_all_said_and_nothing_is_judged_before() -> None:
    court = Court(BLAMELESS)
    first = court.asked(1)
    assert [one.agent_id for one in first] == ["a", "b"] and not any(one.heard for one in first)
    blind = answers(first, m_one="reject")
    for event in blind[:-1]:
        court.cast(event)
    assert not court.asked(2) and not court.said(VerdictIssued)
    court.cast(blind[-1])
    second = court.asked(2)
    assert {vote.judge for vote in second[0].heard} == {*JUDGES, "m-one", "m-two", "m-three"}
    for event in answers(second, m_one="approve"):
        assert not court.said(VerdictIssued)
        court.cast(event)
    verdict = court.said(VerdictIssued)[0]
    changed = next(vote for vote in verdict.votes if vote.judge == "m-one")
    assert (changed.blind, changed.vote) == ("reject", "approve") and "having heard the others" in str(changed.changed)
    assert court.driver.state(SESSION).panel is None, "the state of an ended session stays small"


@pytest.mark.parametrize("absent", ["refused", "unparsable", "timed-out", "failed", "switched-off"])
def test_a_vote_that_is_missing_is_kept_counted_and_not_asked_for_again(absent: str) -> None:
    court = held(BLAMELESS, m_two=absent)
    assert all("m-two" not in {spec.id for spec in one.judges} for one in court.asked(2))
    verdict, summary = court.said(VerdictIssued)[0], court.said(SessionJudged)[0]
    missing = next(vote for vote in verdict.votes if vote.judge == "m-two")
    assert (missing.vote, missing.absent, missing.reasons) == ("abstain", absent, ("so it seems",))
    assert summary.missing == {"m-two": 2} and "m-two" not in verdict.dissent
    assert verdict.verdict == "approve"


def test_where_all_are_missing_the_rules_alone_decide() -> None:
    silent = held(GUILTY, m_one="refused", m_two="failed", m_three="timed-out")
    assert [one.verdict for one in silent.said(VerdictIssued)] == [
        one.verdict for one in held(GUILTY, ()).said(VerdictIssued)
    ]
    assert not silent.asked(2)


def test_one_that_falls_silent_the_second_time_stays_with_its_first_vote() -> None:
    court = Court(BLAMELESS)
    for event in answers(court.asked(1), m_one="escalate"):
        court.cast(event)
    for event in answers(court.asked(2), m_one="refused"):
        court.cast(event)
    votes = {vote.judge: vote for vote in court.said(VerdictIssued)[0].votes}
    assert votes["m-one"].vote == "escalate" and votes["m-one"].blind is None


@given(st.tuples(*[st.sampled_from(RULINGS)] * 4), st.lists(st.sampled_from([*RULINGS, "abstain"]), max_size=5))
def test_models_make_no_verdict_milder_and_reject_nobody(ruled: tuple[Ruling, ...], advice: list[Ballot]) -> None:
    votes = [Vote(judge=name, vote=vote, reasons=("r",)) for name, vote in zip(sorted(JUDGES), ruled, strict=True)]
    models = [Vote(judge=f"m{place}", vote=vote, reasons=("r",), adviser=True) for place, vote in enumerate(advice)]
    alone, together = (SEVERITY.index(decide(each)) for each in (votes, votes + models))
    cast = [SEVERITY.index(vote) for vote in advice if vote != "abstain"]
    assert together >= alone
    assert together == alone or SEVERITY[together] != "reject"
    if 2 * sum(rank > alone for rank in cast) <= len(cast):
        assert together == alone, "without a majority that is more severe nothing changes"


@pytest.mark.parametrize(("acts", "votes"), list(product((GUILTY, BLAMELESS), RULINGS)))
def test_whatever_models_vote_the_house_votes_as_without_them(acts: list[dict[str, Any]], votes: Ruling) -> None:
    assert house(held(acts, m_one=votes, m_two=votes, m_three=votes)) == house(held(acts, ()))


def test_of_what_a_model_cites_only_the_record_counts() -> None:
    court = Court(GUILTY, SPECS[:1])
    known = court.asked(1)[0].case["measures"]["unprovoked-defection"]["evidence"][0]
    for number in (1, 2):
        for request in court.asked(number):
            cited = {"evidence": [FOREIGN, known], "articles": ["good-faith", "no-such-article"]}
            court.cast(answer(request, "m-one", "reject", **cited))
    vote = next(vote for vote in court.said(VerdictIssued)[0].votes if vote.adviser)
    assert vote.evidence == (known,) and vote.articles == ("good-faith",)
    assert any("1 of the events that it cites are not of this record" in reason for reason in vote.reasons)


def test_what_nobody_asked_for_changes_nothing() -> None:
    court = Court(BLAMELESS)
    request = court.asked(1)[0]
    before = court.driver.state(SESSION)
    strangers = [answer(request, "stranger", "reject"), answer(request, "constitution", "reject"),
                 answer(request, "m-one", "reject").model_copy(update={"requested_id": EventId(FOREIGN)})]  # fmt: skip
    for event in strangers:
        assert before.panel is not None and before.panel.taking(event) == before.panel
    court.cast(answer(request, "m-one", "approve"))
    kept = court.driver.state(SESSION)
    assert kept.panel is not None and kept.panel.taking(answer(request, "m-one", "reject")) == kept.panel, (
        "and no second one"
    )


@settings(max_examples=25)
@given(st.permutations(range(6)), st.permutations(range(6)))
def test_in_whatever_order_models_answer_the_verdicts_are_the_same(first: list[int], second: list[int]) -> None:
    votes = {"m_one": "reject", "m_two": "escalate", "m_three": "approve-with-conditions"}
    court = Court(GUILTY)
    for number, order in ((1, first), (2, second)):
        told = answers(court.asked(number), **votes)
        for place in order:
            court.cast(told[place])
    plain = held(GUILTY, **votes)
    assert [one.body() for one in court.said(VerdictIssued)] == [one.body() for one in plain.said(VerdictIssued)]


def of_session(court: Court) -> list[Record]:
    """The records as the topics have them."""
    offsets: dict[str, int] = {}
    placed = []
    for record in court.log:
        topic = catalogue().topic_of(type(record.event)).name
        offsets[topic] = offsets.get(topic, -1) + 1
        source = f"/ethogram/{catalogue().topics[topic].producers[0]}"
        placed.append(replace(record, source=source, position=Position(topic, 0, offsets[topic])))
    return placed


def test_a_replay_asks_no_model_and_a_forged_answer_is_found() -> None:
    court = held(BLAMELESS, m_one="reject", m_two="escalate")
    records = of_session(court)
    assert replay(records, [judge]).identical
    index = next(
        place for place, record in enumerate(records) if isinstance(record.event, VoteCast) and record.event.round == 2
    )
    forged = records[index].event.model_copy(update={"vote": "reject", "reasons": ("forged",)})
    found = replay([*records[:index], replace(records[index], event=forged), *records[index + 1 :]], [judge])
    assert found.first is not None and found.first.service == "judge"


def test_a_verdict_that_an_effect_cannot_have_made_is_found() -> None:
    records = of_session(held(BLAMELESS))
    assert replay(records, [judge]).identical
    said = next(record for record in records if isinstance(record.event, VerdictIssued))
    unnumbered = replace(
        said, sequence=None, event=said.event.model_copy(update={"agent_id": "c"}), id=EventId("forged")
    )
    assert not replay([*records, unnumbered], [judge]).identical


def test_judged_again_the_recorded_votes_count_and_no_model_is_asked() -> None:
    court = held(BLAMELESS, m_one="escalate", m_two="escalate", m_three="reject")
    again: list[Event] = [
        event for event in rehear(of_session(court), constitution()) if isinstance(event, VerdictIssued)
    ]
    assert [event.body() for event in again] == [event.body() for event in court.said(VerdictIssued)]
    assert {event.verdict for event in court.said(VerdictIssued)} == {"escalate"}


def test_claims_reach_models_as_words_shortened_and_few() -> None:
    many = [move("C", claims=[f"claim {number}", "x" * 999]) for number in range(30)]
    (request, _) = Court(many).asked(1)
    words = request.case["words"]
    assert len(words) == 8 and words[-2] == "claim 29" and max(map(len, words)) == 200
