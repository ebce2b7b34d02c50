"""An alert is told through the operator's channels, and what came of it is an event."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from ethogram.events import AlertRaised, Event, NotificationSettled
from ethogram.runtime import clock
from ethogram.services.agent_runner.notifying import TELL
from ethogram.topology import Deps


def _raised(ago: timedelta = timedelta()) -> AlertRaised:
    return AlertRaised.model_validate({
        "name": "ServiceDown", "subject": "judge", "severity": "page", "summary": "judge is away",
        "runbook": "docs/how-to/runbook.md#servicedown", "raised_at": (clock.utc() - ago).isoformat(),
        "channels": ["desk"],
    })  # fmt: skip


async def _told(event: AlertRaised, task: str, home: Path) -> Sequence[Event]:
    return await TELL.run(event, task, Deps(SimpleNamespace(home=home), clock.monotonic))


@pytest.mark.parametrize(("name", "outcome", "ago"), [
    ("desk", "delivered", timedelta()), ("desk", "delivered", timedelta(hours=2)), ("attic", "failed", timedelta()),
])  # fmt: skip
def test_an_alert_is_told_once_per_channel(tmp_path: Path, name: str, outcome: str, ago: timedelta) -> None:
    file = {"channels": {name: {"kind": "inbox"}}, "page": "http://127.0.0.1:8700"}
    (tmp_path / "channels.yaml").write_text(json.dumps(file), encoding="utf-8")
    event = _raised(ago)
    (task,) = TELL.tasks(event)
    (settled,) = asyncio.run(_told(event, task, tmp_path))
    assert isinstance(settled, NotificationSettled)
    assert (settled.outcome, settled.purpose, settled.about) == (outcome, "alert", event.id)
    assert settled.subject == "ServiceDown (page): judge" and event.runbook in settled.text
