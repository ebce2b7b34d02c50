"""How people are told: through the operator's channels, tried again while somebody is asked, told once if they let us.

A channel gets each notice under an id that derives from what it is about, so that a repetition after a crash is known
on the other side; what came of it enters the log once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Literal

import structlog
from sqlalchemy import Engine

from ethogram.channels import Channel, Notice, asked, load, problems, raised
from ethogram.events import AlertRaised, ApprovalRequested, EthogramError, Event, NotificationSettled, TransientError
from ethogram.models.retries import insist
from ethogram.models.rights import NotAllowed, value_of
from ethogram.runtime import clock, telemetry
from ethogram.runtime.channels import ChannelSetup, channels, page_of
from ethogram.runtime.settings import Settings
from ethogram.runtime.store.approvals import left_s
from ethogram.runtime.store.engine import connect
from ethogram.topology import Deps, Effect, NotYet

AGAIN_S = 15.0
"""After this a channel that fails is tried again, while the time of those who are asked is not up."""
ALERT_S = 1_800.0
"""For so long an alert is tried to be told."""
LONGEST_ERROR = 500
Telling = ApprovalRequested | AlertRaised
"""What people are told of."""
_open: dict[tuple[str, str], Channel] = {}
"""Channels of this process by name and setup: another setup is another channel."""
log = structlog.get_logger(__name__)


def told_through(event: Telling) -> Sequence[str]:
    """Tasks: the channels through which people are told."""
    return event.channels


def lane(event: Telling, task: str) -> str:
    """A slow channel keeps none but itself waiting."""
    return f"channel/{task}"


async def tell(event: Telling, task: str, deps: Deps) -> Sequence[Event]:
    """Tell through one channel, unless nobody is asked any more; tried again until the time is up."""
    left = await asyncio.to_thread(_left, event, deps.settings)
    try:
        setup, page = channels(deps.settings).channels.get(task), page_of(deps.settings)
    except EthogramError as error:
        raise _later(error, task, left or 0.0) from None
    notice = raised(event, task, page) if isinstance(event, AlertRaised) else asked(event, task, page, clock.now())
    settled = partial(_settled, event, task, setup, notice)
    if left is None:
        return settled("moot")
    if setup is None:
        return settled("failed", error=f"channel {task!r} does not stand in channels.yaml")
    try:
        reference = await insist(partial(_channel(task, setup).tell, notice), notice.id)
        return settled("delivered", reference=reference)
    except TransientError as error:
        if left > AGAIN_S:
            raise _later(error, task, left) from None
        return settled("failed", error=error.message)
    except Exception as error:  # whatever a stranger's channel raises: people may answer without having been told
        return settled("failed", error=error.message if isinstance(error, EthogramError) else type(error).__name__)


def _later(error: EthogramError, task: str, left: float) -> NotYet:
    log.warning("notification put off", channel=task, code=error.code, reason=error.message)
    return NotYet(max(1.0, min(left, AGAIN_S)))


def _settled(
    event: Telling, task: str, setup: ChannelSetup | None, notice: Notice,
    outcome: Literal["delivered", "failed", "moot"], *, reference: str | None = None, error: str | None = None,
) -> Sequence[Event]:  # fmt: skip
    via = setup.kind if setup else "none"
    telemetry.NOTIFICATIONS.labels(via, outcome).inc()
    return (
        NotificationSettled(
            session_id=event.session_id, about=event.id, channel=task, via=via, purpose=notice.purpose,
            outcome=outcome, subject=notice.subject, text=notice.text, reference=reference,
            error=error[:LONGEST_ERROR] if error else None,
        ),
    )  # fmt: skip


def _channel(name: str, setup: ChannelSetup) -> Channel:
    key = name, setup.model_dump_json()
    if key not in _open:
        if wrong := problems(setup.kind, setup.config):
            raise NotAllowed("channel-invalid", f"channel {name!r} in channels.yaml: {'; '.join(wrong)}")
        _open[key] = load(setup.kind)(setup.config, value_of)
    return _open[key]


def _left(event: Telling, settings: Settings) -> float | None:
    """Seconds for which it makes sense to tell; none where nobody is asked any more."""
    if isinstance(event, AlertRaised):
        return ALERT_S - (clock.utc() - datetime.fromisoformat(event.raised_at)).total_seconds()
    with _engine(settings.database_url).connect() as connection:
        return left_s(connection, event.approval_id, event.level)


@lru_cache(maxsize=1)
def _engine(url: str) -> Engine:
    return connect(url, "agent-runner notices", connections=1)


TELL = Effect(told_through, tell, lane, (NotificationSettled,))
