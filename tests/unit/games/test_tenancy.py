"""Whose a session is: the default tenant's, unless the command proves another one; a replay finds the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ethogram.council import constitution
from ethogram.events import RegisterAgent, SessionAdmitted, SessionRejected, StartTraining
from ethogram.events.agents import stream_of_agent
from ethogram.events.envelope import Record
from ethogram.runtime.settings import Settings, load
from ethogram.runtime.tenancy import believed, proof
from ethogram.services.scenario_generator.service import as_recorded, scenario_generator, under
from ethogram.topology import Service, drive
from ethogram.topology.drive import command_record

SESSION = "0b9f2f4e-0000-4000-8000-000000000001"
TRAINING: dict[str, Any] = {
    "session_id": SESSION, "name": "t", "games": [{"game": "prisoners-dilemma", "rounds": 2}],
    "agents": [{"id": each, "adapter": "builtin", "config": {"strategy": each}} for each in ("ALLC", "ALLD")],
}  # fmt: skip


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return load(home=tmp_path)


def _start(settings: Settings | None = None, **given: Any) -> Record:
    record = command_record(StartTraining.model_validate({**TRAINING, **given}))
    return replace(record, signature=proof(settings)(record.event)) if settings else record


def _told(service: Service[Any], record: Record) -> tuple[list[Any], list[str]]:
    driver = drive(service, [record])
    events = [each.event for each in driver.emitted if isinstance(each.event, SessionAdmitted | SessionRejected)]
    return events, [error.message for _, error in driver.rejected]


def test_what_names_no_tenant_is_the_default_ones_and_its_bytes_are_as_before() -> None:
    ((admitted,), refused) = _told(scenario_generator, _start())
    assert admitted.tenant is None and b"tenant" not in admitted.body() and not refused
    assert _told(scenario_generator, _start(tenant="default"))[0][0].tenant == "default"


def test_a_tenant_is_believed_with_the_proof_alone(settings: Settings, tmp_path: Any) -> None:
    director = under(constitution(), owns=believed(settings))
    assert _told(director, _start(settings, tenant="acme"))[0][0].tenant == "acme"
    stranger = load(home=tmp_path / "elsewhere")
    for forged in (_start(tenant="acme"), _start(stranger, tenant="acme")):
        ((rejected,), (words,)) = _told(director, forged)
        assert isinstance(rejected, SessionRejected) and rejected.tenant is None and "proof" in words
    moved = replace(_start(settings, tenant="acme"), event=StartTraining.model_validate({**TRAINING, "tenant": "b"}))
    assert isinstance(_told(director, moved)[0][0], SessionRejected)


def test_a_refusal_is_told_to_whom_it_concerns(settings: Settings) -> None:
    director = under(constitution(), owns=believed(settings))
    ((rejected,), _) = _told(director, _start(settings, tenant="acme", games=[{"game": "chess"}]))
    assert isinstance(rejected, SessionRejected) and rejected.tenant == "acme"


@pytest.mark.parametrize("given", [{}, {"games": [{"game": "chess"}]}])
@pytest.mark.parametrize("honest", [True, False])
def test_a_replay_without_the_secret_finds_the_same(settings: Settings, honest: bool, given: dict[str, Any]) -> None:
    record = _start(settings if honest else None, tenant="acme", **given)
    first = drive(under(constitution(), owns=believed(settings)), [record])
    again = drive(as_recorded([record, *first.emitted]), [record])
    assert [each.event for each in again.emitted] == [each.event for each in first.emitted]


def test_two_tenants_may_give_agents_the_same_name() -> None:
    streams = {stream_of_agent("a", tenant) for tenant in (None, "default", "acme", "b")}
    assert len(streams) == 3
    assert RegisterAgent(name="a", adapter="builtin", tenant="acme").session_id == stream_of_agent("a", "acme")


def test_a_secret_that_was_set_is_shared_by_homes(tmp_path: Any) -> None:
    one, other = (load(home=tmp_path / name, tenants_key="s" * 32) for name in "ab")
    assert believed(other)(_start(one, tenant="acme"))
