"""A server on this machine that speaks the wire formats of model providers, and fails the way they fail."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Say:
    """What to reply: words of the model, or something else that a provider may do."""

    text: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    refused: bool = False
    body: bytes | None = None
    """Sent instead of a well-formed reply."""
    cut: bool = False
    """The connection ends in the middle of the body."""
    delay_s: float = 0.0


@dataclass(slots=True)
class StandIn:
    """Gives its replies in order, the last one for ever, and remembers what it was asked."""

    replies: Sequence[Say]
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    url: str = ""
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> StandIn:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            request = json.loads(await reader.readexactly(int(headers["content-length"])))
            path = head[0].split()[1]
            say = self.replies[min(len(self.asked), len(self.replies) - 1)]
            self.asked.append((path, headers, request))
            await asyncio.sleep(say.delay_s)
            body, kind = say.body, "application/json"
            if body is None and request.get("stream") and say.status == 200:
                body, kind = _stream(path, _reply(path, say)), "text/event-stream"
            elif body is None:
                body = json.dumps(_reply(path, say)).encode()
            lines = [f"HTTP/1.1 {say.status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
            lines += ["Connection: close", *(f"{name}: {value}" for name, value in say.headers)]
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + (body[: len(body) // 2] if say.cut else body))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def _reply(path: str, say: Say) -> dict[str, Any]:
    if say.status != 200:
        return {"type": "error", "error": {"type": "some_error", "message": f"status {say.status}"}}
    if path.endswith("/messages"):
        return {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "stand-in-1", "stop_sequence": None,
            "content": [{"type": "text", "text": say.text}], "stop_reason": "refusal" if say.refused else "end_turn",
            "usage": {"input_tokens": 11, "output_tokens": 7},
        }  # fmt: skip
    if path.endswith("/responses"):
        part = {"type": "refusal", "refusal": say.text} if say.refused else _output_text(say.text)
        message = {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [part]}
        return {
            "id": "resp_1", "object": "response", "created_at": 1, "model": "stand-in-1", "output": [message],
            "status": "completed", "parallel_tool_calls": False, "tool_choice": "none", "tools": [],
            "usage": {
                "input_tokens": 11, "output_tokens": 7, "total_tokens": 18,
                "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0},
            },
        }  # fmt: skip
    said = {"refusal": say.text, "content": None} if say.refused else {"content": say.text}
    return {
        "id": "chat_1", "object": "chat.completion", "created": 1, "model": "stand-in-1",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **said}}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }  # fmt: skip


def _output_text(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": []}


def _stream(path: str, reply: dict[str, Any]) -> bytes:
    """A reply as server-sent events, in two pieces of text."""
    if path.endswith("/messages"):
        return b"".join(_event(event) for event in _message_events(reply))
    if path.endswith("/responses"):
        begun = {"type": "response.created", "sequence_number": 0, "response": {**reply, "output": []}}
        ended = {"type": "response.completed", "sequence_number": 1, "response": reply}
        return _event(begun) + _event(ended)
    return b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in _chunks(reply)) + b"data: [DONE]\n\n"


def _event(event: dict[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def _message_events(reply: dict[str, Any]) -> list[dict[str, Any]]:
    text = reply["content"][0]["text"]
    begun = {**reply, "content": [], "stop_reason": None, "usage": {**reply["usage"], "output_tokens": 1}}
    pieces = [{"type": "text_delta", "text": piece} for piece in (text[:5], text[5:])]
    ended = {"stop_reason": reply["stop_reason"], "stop_sequence": None}
    return [
        {"type": "message_start", "message": begun},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *({"type": "content_block_delta", "index": 0, "delta": piece} for piece in pieces),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": ended, "usage": {"output_tokens": reply["usage"]["output_tokens"]}},
        {"type": "message_stop"},
    ]


def _chunks(reply: dict[str, Any]) -> list[dict[str, Any]]:
    about = {**{key: reply[key] for key in ("id", "created", "model")}, "object": "chat.completion.chunk"}
    message = reply["choices"][0]["message"]
    name = "refusal" if message.get("refusal") else "content"
    deltas = [{name: piece} for piece in (message[name][:5], message[name][5:])]
    told = [*({"delta": delta, "finish_reason": None} for delta in deltas), {"delta": {}, "finish_reason": "stop"}]
    return [
        *({**about, "choices": [{"index": 0, **each}]} for each in told),
        {**about, "choices": [], "usage": reply["usage"]},
    ]
