"""The client for ordinary programs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from ethogram.client.api import calls, flows
from ethogram.client.api.calls import Call
from ethogram.client.api.flows import Flow, Progress, Rest
from ethogram.client.follow import LAST_WORDS

T = TypeVar("T")


class Client:
    """Talks to a gateway over HTTP. Use it as a context manager, or close it.

    `base_url` (else ETHOGRAM_API_URL, else this machine) and `api_key` (else ETHOGRAM_API_KEY) say where and as whom.
    What may be repeated is tried up to four times while the gateway is away or says that it is too much.
    Every error is an APIError.
    """

    def __init__(self, api_key: str | None = None, base_url: str | None = None, *, timeout: float = 30.0) -> None:
        self._url = calls.base_url(base_url)
        self._http = httpx2.Client(base_url=self._url, headers=calls.default_headers(api_key), timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def generate_api_key(
        self, user_id: str, usage_limit: int | None = None, expires_in_days: float | None = None,
        scopes: Sequence[str] = ("read", "play"),
    ) -> dict[str, Any]:  # fmt: skip
        """A new key; `api_key` in the answer is shown this once."""
        return self._answer(calls.create_key(user_id, usage_limit, expires_in_days, scopes))

    def register_agent(self, agent_id: str, framework: str, config: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Make an agent known by a name; `framework` is an adapter (`ethogram agents list`)."""
        return self._answer(calls.register_agent(agent_id, framework, config or {}))

    def agents(self) -> list[dict[str, Any]]:
        """Registered agents."""
        return list(self._answer(calls.agents())["agents"])

    def start_training(
        self, agent_id: str | None = None, num_scenarios: int = 12, *, training: Mapping[str, Any] | None = None,
        archetypes: Sequence[str] = (), seed: int = 0, idempotency_key: str | None = None,
    ) -> str:  # fmt: skip
        """Start a session and return its id: of one registered agent that faces scenarios, or of a whole `training`."""
        started = flows.start_training(
            self._url, agent_id, num_scenarios, training, archetypes, seed, idempotency_key
        )  # fmt: skip
        return self._run(started)

    def status(self, session: str) -> dict[str, Any]:
        """Where a session stands."""
        return self._answer(calls.status(session))

    def sessions(self, limit: int = 50, state: str | None = None, name: str | None = None) -> list[dict[str, Any]]:
        """The newest sessions first; `name`: only those whose name has this in it."""
        return list(self._answer(calls.sessions(limit, "", state, name))["sessions"])

    def all_sessions(self, state: str | None = None, name: str | None = None) -> Iterator[dict[str, Any]]:
        """Every session, the newest first, page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self._answer(calls.sessions(calls.PAGE, cursor, state, name))
            yield from page["sessions"]
            cursor = page["next"]

    def wait_for_completion(
        self, session: str, poll_interval: float = 1.0, progress: Progress | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Wait until a session has ended, and say where it stands then.

        TrainingError if it was rejected or failed, TimeoutError after `timeout` seconds.
        """
        return self._run(flows.wait_for_completion(self._url, session, poll_interval, progress, timeout))

    def get_report(self, session: str) -> dict[str, Any]:
        """Everything about a session, as `ethogram report --json` prints it."""
        return self._answer(calls.report(session))

    def champions(self, limit: int = 50) -> list[dict[str, Any]]:
        """Champions, newest first."""
        return list(self._answer(calls.champions(limit))["champions"])

    def pause(self, session: str, reason: str = "", actor: str = "client") -> None:
        """Hold a session: no new turn until it is resumed."""
        self.steer(session, "pause", reason=reason, actor=actor)

    def resume(self, session: str, reason: str = "", actor: str = "client") -> None:
        """Let a paused session go on."""
        self.steer(session, "resume", reason=reason, actor=actor)

    def cancel(self, session: str, reason: str = "", actor: str = "client") -> None:
        """End a session now; what was played is judged."""
        self.steer(session, "cancel", reason=reason, actor=actor)

    def approvals(self, session: str | None = None, everything: bool = False) -> list[dict[str, Any]]:
        """What people are asked to approve, the most urgent first; with `everything` also what was decided."""
        return list(self._answer(calls.approvals(session, everything))["approvals"])

    def approve(
        self, session: str, approval_id: str, reason: str, *, decision: str = "approve", option: str | None = None,
        actor: str = "client",
    ) -> None:  # fmt: skip
        """Decide what people are asked: approve, modify (carries out `option`), reject, terminate or escalate."""
        wish = {"approval_id": approval_id, "decision": decision, "option": option}
        self.steer(session, "approvals", reason=reason, actor=actor, **wish)

    def steer(self, session: str, what: str, *, reason: str = "", actor: str = "client", **wish: Any) -> None:
        """Ask something of a session that runs: `what` is swap, inject, override, overrule, grant, revoke, chat and so
        on, `wish` the other fields of that request (docs/reference/api.md)."""
        self._answer(calls.steer(session, what, actor, reason, wish))

    def watch(self, session: str) -> Iterator[dict[str, Any]]:
        """Every record of a session, past and live, until its last word; goes on by itself after a broken connection.

        Each is `{type, id, time, topic, partition, offset, event}`.
        """
        call, mark, attempt = Call("GET", calls.stream(session)), "", 0
        while True:
            try:
                for sse in self._listen(call.path, mark):
                    attempt, mark = 0, sse.id
                    frame: Any = sse.json()
                    yield frame
                    if frame["type"] in LAST_WORDS:
                        return
                lost: Exception = EOFError("the stream ended")
            except httpx2.HTTPError as error:
                lost = error
            attempt += 1
            time.sleep(flows.rest_before(attempt, flows.unreachable(self._url, lost), call).seconds)

    def _listen(self, path: str, mark: str) -> Iterator[httpx2.ServerSentEvent]:
        headers = {"Last-Event-ID": mark} if mark else {}
        with self._http.sse(path, headers=headers, timeout=None) as source:
            if source.response.is_error:
                source.response.read()
                raise flows.refusal(source.response)
            yield from (sse for sse in source if sse.data)

    def _answer(self, call: Call) -> dict[str, Any]:
        return self._run(flows.answer(self._url, call))

    def _run(self, flow: Flow[T]) -> T:
        response: httpx2.Response | None = None
        error: httpx2.HTTPError | None = None
        while True:
            try:
                step = flow.throw(error) if error else flow.send(response)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]
            response = error = None
            if isinstance(step, Rest):
                time.sleep(step.seconds)
                continue
            try:
                response = self._send(step)
            except httpx2.HTTPError as lost:
                error = lost

    def _send(self, call: Call) -> httpx2.Response:
        return self._http.request(call.method, call.path, json=call.body, params=call.params, headers=call.headers)
