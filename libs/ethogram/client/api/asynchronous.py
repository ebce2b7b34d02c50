"""The client for programs on an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from ethogram.client.api import calls, flows
from ethogram.client.api.calls import Call
from ethogram.client.api.flows import Flow, Progress, Rest
from ethogram.client.follow import LAST_WORDS

T = TypeVar("T")


class AsyncClient:
    """The same as Client, to be awaited; use it with `async with`."""

    def __init__(self, api_key: str | None = None, base_url: str | None = None, *, timeout: float = 30.0) -> None:
        self._url = calls.base_url(base_url)
        self._http = httpx2.AsyncClient(base_url=self._url, headers=calls.default_headers(api_key), timeout=timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def generate_api_key(
        self, user_id: str, usage_limit: int | None = None, expires_in_days: float | None = None,
        scopes: Sequence[str] = ("read", "play"),
    ) -> dict[str, Any]:  # fmt: skip
        """A new key; `api_key` in the answer is shown this once."""
        return await self._answer(calls.create_key(user_id, usage_limit, expires_in_days, scopes))

    async def register_agent(
        self, agent_id: str, framework: str, config: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Make an agent known by a name; `framework` is an adapter (`ethogram agents list`)."""
        return await self._answer(calls.register_agent(agent_id, framework, config or {}))

    async def agents(self) -> list[dict[str, Any]]:
        """Registered agents."""
        return list((await self._answer(calls.agents()))["agents"])

    async def start_training(
        self, agent_id: str | None = None, num_scenarios: int = 12, *, training: Mapping[str, Any] | None = None,
        archetypes: Sequence[str] = (), seed: int = 0, idempotency_key: str | None = None,
    ) -> str:  # fmt: skip
        """Start a session and return its id: of one registered agent that faces scenarios, or of a whole `training`."""
        started = flows.start_training(
            self._url, agent_id, num_scenarios, training, archetypes, seed, idempotency_key
        )  # fmt: skip
        return await self._run(started)

    async def status(self, session: str) -> dict[str, Any]:
        """Where a session stands."""
        return await self._answer(calls.status(session))

    async def sessions(
        self, limit: int = 50, state: str | None = None, name: str | None = None
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The newest sessions first; `name`: only those whose name has this in it."""
        return list((await self._answer(calls.sessions(limit, "", state, name)))["sessions"])

    async def all_sessions(self, state: str | None = None, name: str | None = None) -> AsyncIterator[dict[str, Any]]:
        """Every session, the newest first, page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = await self._answer(calls.sessions(calls.PAGE, cursor, state, name))
            for session in page["sessions"]:
                yield session
            cursor = page["next"]

    async def wait_for_completion(
        self, session: str, poll_interval: float = 1.0, progress: Progress | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Wait until a session has ended, and say where it stands then.

        TrainingError if it was rejected or failed, TimeoutError after `timeout` seconds.
        """
        return await self._run(flows.wait_for_completion(self._url, session, poll_interval, progress, timeout))

    async def get_report(self, session: str) -> dict[str, Any]:
        """Everything about a session, as `ethogram report --json` prints it."""
        return await self._answer(calls.report(session))

    async def champions(self, limit: int = 50) -> list[dict[str, Any]]:
        """Champions, newest first."""
        return list((await self._answer(calls.champions(limit)))["champions"])

    async def pause(self, session: str, reason: str = "", actor: str = "client") -> None:
        """Hold a session: no new turn until it is resumed."""
        await self.steer(session, "pause", reason=reason, actor=actor)

    async def resume(self, session: str, reason: str = "", actor: str = "client") -> None:
        """Let a paused session go on."""
        await self.steer(session, "resume", reason=reason, actor=actor)

    async def cancel(self, session: str, reason: str = "", actor: str = "client") -> None:
        """End a session now; what was played is judged."""
        await self.steer(session, "cancel", reason=reason, actor=actor)

    async def approvals(self, session: str | None = None, everything: bool = False) -> list[dict[str, Any]]:
        """What people are asked to approve, the most urgent first; with `everything` also what was decided."""
        return list((await self._answer(calls.approvals(session, everything)))["approvals"])

    async def approve(
        self, session: str, approval_id: str, reason: str, *, decision: str = "approve", option: str | None = None,
        actor: str = "client",
    ) -> None:  # fmt: skip
        """Decide what people are asked: approve, modify (carries out `option`), reject, terminate or escalate."""
        wish = {"approval_id": approval_id, "decision": decision, "option": option}
        await self.steer(session, "approvals", reason=reason, actor=actor, **wish)

    async def steer(self, session: str, what: str, *, reason: str = "", actor: str = "client", **wish: Any) -> None:
        """Ask something of a session that runs: `what` is swap, inject, override, overrule, grant, revoke, chat and so
        on, `wish` the other fields of that request (docs/reference/api.md)."""
        await self._answer(calls.steer(session, what, actor, reason, wish))

    async def watch(self, session: str) -> AsyncIterator[dict[str, Any]]:
        """Every record of a session, past and live, until its last word; goes on by itself after a broken connection.

        Each is `{type, id, time, topic, partition, offset, event}`.
        """
        call, mark, attempt = Call("GET", calls.stream(session)), "", 0
        while True:
            try:
                async for sse in self._listen(call.path, mark):
                    attempt, mark = 0, sse.id
                    frame: Any = sse.json()
                    yield frame
                    if frame["type"] in LAST_WORDS:
                        return
                lost: Exception = EOFError("the stream ended")
            except httpx2.HTTPError as error:
                lost = error
            attempt += 1
            await asyncio.sleep(flows.rest_before(attempt, flows.unreachable(self._url, lost), call).seconds)

    async def _listen(self, path: str, mark: str) -> AsyncIterator[httpx2.ServerSentEvent]:
        headers = {"Last-Event-ID": mark} if mark else {}
        async with self._http.sse(path, headers=headers, timeout=None) as source:
            if source.response.is_error:
                await source.response.aread()
                raise flows.refusal(source.response)
            async for sse in source:
                if sse.data:
                    yield sse

    async def _answer(self, call: Call) -> dict[str, Any]:
        return await self._run(flows.answer(self._url, call))

    async def _run(self, flow: Flow[T]) -> T:
        response: httpx2.Response | None = None
        error: httpx2.HTTPError | None = None
        while True:
            try:
                step = flow.throw(error) if error else flow.send(response)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]
            response = error = None
            if isinstance(step, Rest):
                await asyncio.sleep(step.seconds)
                continue
            try:
                response = await self._send(step)
            except httpx2.HTTPError as lost:
                error = lost

    async def _send(self, call: Call) -> httpx2.Response:
        return await self._http.request(
            call.method, call.path, json=call.body, params=call.params, headers=call.headers
        )
