"""A small service for tests of the runtime: it counts recorded calls, and does what each call's response says.

`python -m tests.integration.runtime.toy NAME` runs it as a process of its own, named in no catalogue but its own.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from ethogram.events import (
    Event,
    InvalidRecord,
    ModelCallRecorded,
    PauseSession,
    ScoreUpdated,
    TransientError,
    Value,
)
from ethogram.events.envelope import Record
from ethogram.topology import Deps, Effect, Service, catalogue

INPUT = "ethogram.model.called.v1"
CONTROL = "ethogram.training.commands.v1"
OUTPUT = "ethogram.score.updated.v1"
LEDGER = "CREATE TABLE IF NOT EXISTS toy_ledger (service text, session_id text, turn int, kind text)"
"""Has no key on purpose: a projection that runs twice leaves two rows."""


class Tally(Value):
    """What the toy keeps."""

    calls: int = 0


def weigh(state: Tally, call: ModelCallRecorded) -> tuple[Tally, Sequence[Event]]:
    """Count one call."""
    if call.response == "refuse":
        raise InvalidRecord("refused", "the toy was asked to refuse")
    if call.response == "burst":
        raise ValueError("the toy was asked to burst")
    moved = Tally(calls=state.calls + 1)
    return moved, (score(call, f"call-{call.turn}", moved.calls),)


def score(call: ModelCallRecorded, agent_id: str, rank: int) -> ScoreUpdated:
    """What the toy says about a call."""
    return ScoreUpdated(session_id=call.session_id, agent_id=agent_id, metrics={}, weights={}, total=0, rank=rank)


async def answer(call: ModelCallRecorded, task: str, deps: Deps) -> Sequence[Event]:
    """The toy's effect."""
    if call.response == "ask-burst":
        raise ValueError("the effect was asked to burst")
    if call.response == "ask-transient":
        raise TransientError("busy", "the effect was asked to be busy")
    if call.response.startswith("ask-slow"):
        await asyncio.sleep(float(call.response.removeprefix("ask-slow") or 1))
    return (score(call, f"answer-{call.turn}-{task}", 1),)


def ledger(kind: str) -> Any:
    """A projection that is not idempotent, so that tests see how often it ran."""

    def project(connection: Any, records: Sequence[Record]) -> None:
        rows = [
            {"session_id": record.event.session_id, "turn": getattr(record.event, "turn", 0), "kind": kind,
             "service": NAME.get()}
            for record in records
        ]  # fmt: skip
        if any(getattr(record.event, "response", "") == "poison" for record in records):
            connection.execute(text("SELECT 1 / 0"))
        insert = "INSERT INTO toy_ledger (service, session_id, turn, kind) VALUES (:service, :session_id, :turn, :kind)"
        connection.execute(text(insert), rows)

    return project


class NAME:
    """Name of the toy in this process."""

    value = "toy"

    @classmethod
    def get(cls) -> str:
        """The name."""
        return cls.value


def tasks_of(call: ModelCallRecorded) -> Sequence[str]:
    """Two tasks for each call that asks."""
    return ("a", "b") if call.response.startswith("ask") else ()


def pause(state: Tally, command: PauseSession) -> tuple[Tally, Sequence[Event]]:
    """Say how many calls were counted when the command came."""
    said = ScoreUpdated(
        session_id=command.session_id,
        agent_id=f"paused-{command.command_id}",
        metrics={},
        weights={},
        total=0,
        rank=state.calls,
    )
    return state, (said,)


def toy(name: str, *, effects: bool = True, control: bool = False) -> Service[Tally]:
    """The toy under a name of its own, entered into this process's catalogue."""
    for topic_name in (INPUT, CONTROL) if control else (INPUT,):
        topic = catalogue().topics[topic_name]
        catalogue().topics[topic_name] = topic.model_copy(update={"consumers": (*topic.consumers, name)})
    NAME.value = name
    return Service(
        name=name,
        initial=Tally(),
        decides={ModelCallRecorded: weigh, **({PauseSession: pause} if control else {})},
        performs={ModelCallRecorded: Effect(tasks_of, answer)} if effects else {},
        projects={ModelCallRecorded: ledger("call"), ScoreUpdated: ledger("score")},
        emits=(ScoreUpdated,),
    )


if __name__ == "__main__":
    if "--faust" in sys.argv:
        from ethogram.runtime.faust_worker import run as run_in_faust

        run_in_faust(toy(sys.argv[1], effects=False))
    from ethogram.runtime import run

    run(toy(sys.argv[1], control="--control" in sys.argv))
