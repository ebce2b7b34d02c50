"""Ids derive from their cause, and nothing else."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from hypothesis import given
from hypothesis import strategies as st

from ethogram.events import CancelSession, DecisionMade, EventId, SessionAdmitted, TurnResolved, derive, session_at
from ethogram.events.ids import NAMESPACE, is_uuid

TEXTS = st.lists(st.text(max_size=8), max_size=4)


def decision(**changes: object) -> DecisionMade:
    fields = {"session_id": "s", "game_id": "g001", "turn": 1, "seat": 0, "agent_id": "a", "presented_id": "p",
              "outcome": "chosen", "option": "C", **changes}  # fmt: skip
    return DecisionMade.model_validate(fields)


@given(TEXTS)
def test_it_is_the_uuid_that_the_standard_library_makes(parts: list[str]) -> None:
    assert derive(*parts) == str(uuid5(NAMESPACE, "".join(f"{len(part)}:{part}" for part in parts)))


def test_a_derived_id_never_changes_between_releases() -> None:
    assert derive("a", "bc") == str(uuid5(uuid5(NAMESPACE_URL, "ethogram"), "1:a2:bc"))
    assert derive("a", "bc") == "d322ea95-fe0c-50f2-9ea9-0909ebc9026a"
    assert session_at("ethogram.training.commands.v1", 0, 0) == derive("session", "ethogram.training.commands.v1", 0, 0)


@given(TEXTS, TEXTS)
def test_different_parts_derive_different_ids(one: list[str], other: list[str]) -> None:
    assert (derive(*one) == derive(*other)) == (one == other)


def test_the_id_of_a_decision_rests_on_game_turn_and_seat_alone() -> None:
    same = decision(option="D", latency_ms=12.5, confidence=0.3, reasoning="because")
    assert decision().id == same.id == EventId(derive(DecisionMade.TYPE, "s", "g001", 1, 0))
    others = {decision(game_id="g002").id, decision(turn=2).id, decision(seat=1).id, decision(session_id="t").id}
    assert len(others | {decision().id}) == 5


def test_two_types_with_the_same_identity_have_different_ids() -> None:
    assert TurnResolved.IDENTITY == ("game_id", "turn")
    assert derive(TurnResolved.TYPE, "s", "g", 1) != derive("ethogram.turn.resolved.v2", "s", "g", 1)


def test_volatile_fields_change_the_body_but_not_the_digest() -> None:
    slow = decision(latency_ms=900.0)
    assert slow.body() != decision().body()
    assert slow.digest() == decision().digest() != decision(option="D").digest()


def test_a_type_names_entity_happening_and_version() -> None:
    assert SessionAdmitted.TYPE == "ethogram.session.admitted.v1" and SessionAdmitted.VERSION == 1
    assert CancelSession.COMMAND and not SessionAdmitted.COMMAND


def test_only_a_canonical_uuid_is_one() -> None:
    name = derive("x")
    assert is_uuid(name)
    assert not is_uuid(name.upper()) and not is_uuid(name.replace("-", "")) and not is_uuid("latest")
