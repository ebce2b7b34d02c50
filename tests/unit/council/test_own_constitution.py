"""Sessions are held to the constitution that they were admitted with, whatever the release ships, also in a replay."""

from __future__ import annotations

from typing import Any

import pytest

from ethogram.audit import replay
from ethogram.cli.replaying import services
from ethogram.council import Constitution, constitution
from ethogram.events import ScenarioPresented, SessionAdmitted, StartTraining, VerdictIssued
from ethogram.events.envelope import Record
from ethogram.services.scenario_generator.service import under
from ethogram.topology import Bus, Service
from tests.unit.council.sessions import SESSION

STRICT = Constitution.model_validate({
    "name": "strict", "version": 3,
    "articles": [{"id": "peace", "title": "Never defect", "text": "Never.", "severity": "critical",
                  "tests": [{"when": {"kind": "game"}, "happens": {"leaning": "D"}, "at_most": 0.0}]}],
    "weights": {"integrity": 1.0},
})  # fmt: skip
TRAINING = StartTraining.model_validate({
    "session_id": SESSION, "name": "own", "seed": 3,
    "agents": [{"id": name, "adapter": "builtin", "config": {"strategy": name}}
               for name in ("tit-for-tat", "always-defect", "always-cooperate")],
    "games": [{"game": "prisoners-dilemma", "rounds": 12}],
})  # fmt: skip


@pytest.fixture(scope="module")
def log() -> list[Record]:
    """A session under a constitution of one's own, played by the services themselves."""
    ours = [under(STRICT) if service.name == "scenario-generator" else service for service in services()]
    return [record for record in _bus(ours).play(TRAINING) if record.event.session_id == SESSION]


def _bus(services: list[Service[Any]]) -> Bus:
    return Bus(services, answers={ScenarioPresented: lambda event, task: ()})


def test_verdicts_and_scores_are_those_of_the_constitution_that_the_session_was_promised(log: list[Record]) -> None:
    verdicts = {event.agent_id: event for event in (record.event for record in log) if isinstance(event, VerdictIssued)}
    assert {verdict.constitution for verdict in verdicts.values()} == {STRICT.digest()} != {constitution().digest()}
    assert verdicts["always-defect"].verdict == "reject" and verdicts["always-cooperate"].verdict != "reject"
    cited = {vote.judge: vote for vote in verdicts["always-defect"].votes}["constitution"]
    assert cited.articles == ("peace",) and cited.evidence


def test_the_admission_carries_it_and_a_replay_needs_no_file(log: list[Record]) -> None:
    (admitted,) = [record.event for record in log if isinstance(record.event, SessionAdmitted)]
    assert admitted.constitution == STRICT.document()
    found = replay(log, services())  # with the director of the release
    assert found.identical, found.first


def test_under_the_constitution_of_the_release_the_digest_is_enough() -> None:
    log = _bus(services()).play(TRAINING)
    (admitted,) = [record.event for record in log if isinstance(record.event, SessionAdmitted)]
    assert admitted.constitution is None and admitted.versions.constitution == constitution().digest()
