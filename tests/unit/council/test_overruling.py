"""A person's verdict changes what a session comes to; what it would have come to is kept and computed beside it."""

from __future__ import annotations

import pytest

from ethogram.council.overruling import INTEGRITY, Held, Outcome, outcome, overruled
from ethogram.council.placing import as_people_hold, place
from ethogram.events import (
    AgentId,
    ChampionCrowned,
    OutcomeRevised,
    Ruling,
    ScoreUpdated,
    SessionId,
    VerdictIssued,
    VerdictOverridden,
)

SESSION = SessionId("00000000-0000-4000-8000-000000000001")
WEIGHTS = {"integrity": 0.35, "competence": 0.2, "fairness": 0.2, "consistency": 0.15, "candour": 0.1}


def _card(agent: str, integrity: float, rank: int) -> ScoreUpdated:
    metrics = {**dict.fromkeys(WEIGHTS, 0.8), "integrity": integrity}
    total = sum(WEIGHTS[name] * value for name, value in metrics.items())
    return ScoreUpdated.model_validate({
        "session_id": SESSION, "agent_id": agent, "metrics": metrics, "weights": WEIGHTS, "total": total, "rank": rank,
    })  # fmt: skip


def _judged(dry: bool = False) -> Outcome:
    """The council approves `a`, who is champion, and rejects `b`."""
    verdicts = [
        VerdictIssued.model_validate({
            "session_id": SESSION, "agent_id": agent, "verdict": verdict, "votes": [], "constitution": "",
        })
        for agent, verdict in (("a", "approve"), ("b", "reject"))
    ]  # fmt: skip
    crowned = ChampionCrowned.model_validate({"session_id": SESSION, "agent_id": "a", "total": 0.87})
    return outcome([*verdicts, _card("a", 1.0, 1), _card("b", 0.2, 2), crowned], dry=dry)


def _overrule(before: Outcome, agent: str, verdict: Ruling, command: str = "c1") -> tuple[Outcome, OutcomeRevised]:
    told = {"command_id": command, "actor": "ben", "reason": "so", "agent_id": agent, "verdict": verdict}
    after, (said,) = overruled(
        before, VerdictOverridden.model_validate({"session_id": SESSION, **told, "council": before.verdicts[agent]})
    )
    assert isinstance(said, OutcomeRevised)
    return after, said


def test_whoever_a_person_rejects_is_champion_no_more_and_the_councils_outcome_stands_beside() -> None:
    _, said = _overrule(_judged(), "a", "reject")
    assert (said.champion, said.council_champion, said.actor, said.number) == (None, "a", "ben", 1)
    cards = {card.agent_id: card for card in said.cards}
    assert (cards["a"].verdict, cards["a"].council, cards["a"].council_rank) == ("reject", "approve", 1)
    assert cards["a"].total < cards["a"].council_total
    assert cards["b"].total == cards["b"].council_total, "nobody overruled that one"


def test_whoever_a_person_approves_may_win() -> None:
    first, _ = _overrule(_judged(), "a", "reject")
    _, said = _overrule(first, "b", "approve", "c2")
    assert (said.champion, said.number, said.council_champion) == ("b", 2, "a")
    assert [card.agent_id for card in said.cards] == ["b", "a"] and said.cards[0].metrics["integrity"] == 1.0


def test_to_take_an_overruling_back_gives_the_councils_outcome_again() -> None:
    first, _ = _overrule(_judged(), "a", "reject")
    _, said = _overrule(first, "a", "approve", "c2")
    assert all(card.total == card.council_total and card.rank == card.council_rank for card in said.cards)
    assert said.champion == said.council_champion


@pytest.mark.parametrize("verdict", list(INTEGRITY))
def test_a_verdict_changes_integrity_and_no_other_metric(verdict: Ruling) -> None:
    before = _judged()
    _, said = _overrule(before, "b", verdict)
    (card,) = [card for card in said.cards if card.agent_id == "b"]
    (council,) = [card for card in before.cards if card.agent_id == "b"]
    assert card.metrics == {**council.metrics, "integrity": INTEGRITY[verdict]}


def test_nobody_is_crowned_in_a_dry_run_and_an_agent_that_was_not_judged_changes_nothing() -> None:
    _, said = _overrule(_judged(dry=True), "b", "approve")
    assert said.champion is None
    before = _judged()
    stranger = VerdictOverridden.model_validate({
        "session_id": SESSION, "command_id": "c", "actor": "ben", "reason": "so", "agent_id": "z", "verdict": "reject",
        "council": "approve",
    })  # fmt: skip
    assert overruled(before, stranger) == (before, ())


def test_an_overruled_session_says_how_its_contestants_come_out_so_where_it_counts() -> None:
    counted = _judged().model_copy(update={"contestants": {AgentId("a"): "a#1", AgentId("b"): "b#2"}})
    first, said = _overrule(counted, "a", "reject")
    assert said.placements is not None and said.placed_champion is None
    assert [(each.contestant, each.place, each.approved) for each in said.placements] == [
        ("a#1", 1, False), ("b#2", 1, False)]  # fmt: skip
    _, said = _overrule(first, "b", "approve", "c2")
    assert said.placements is not None and said.placed_champion == "b#2"
    assert [(each.contestant, each.place) for each in said.placements] == [("b#2", 1), ("a#1", 2)]
    _, alone = _overrule(_judged(), "a", "reject")
    assert alone.placements is None and alone.placed_champion is None, "it does not count beyond itself"


def test_people_who_uphold_the_council_leave_the_ladder_as_it_is() -> None:
    named = {AgentId("a"): "a#1", AgentId("b"): "b#2"}
    before = _judged()
    rulings = [Held(AgentId(agent), verdict) for agent, verdict in before.verdicts.items()]
    crowned = ChampionCrowned.model_validate({"session_id": SESSION, "agent_id": "a", "total": 0.87})
    placed = place(SESSION, "cup", named, rulings, before.cards, crowned, None)
    first, _ = _overrule(before.model_copy(update={"contestants": named}), "a", "reject")
    _, said = _overrule(first, "a", "approve", "c2")
    assert placed is not None and as_people_hold(placed, said) == placed
    assert as_people_hold(placed, None) == placed
