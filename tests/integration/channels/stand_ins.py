"""Stand-ins for what channels speak to: they keep what they were sent, and fail as they are told."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Answer = tuple[int, dict[str, Any]]


@dataclass
class Heard:
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        """Its JSON."""
        return json.loads(self.raw)


@dataclass
class Server:
    """HTTP/1.1 on loopback; `fail` answers the next requests instead: a status, or `cut` after the work was done."""

    respond: Callable[[Heard], Answer]
    fail: list[int | str] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            method, target, _ = head[0].split(" ")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            raw = await reader.readexactly(int(headers.get("content-length", "0")))
            parts = urlsplit(target)
            heard = Heard(method, parts.path, dict(parse_qsl(parts.query)), headers, raw)
            self.heard.append(heard)
            trouble = self.fail.pop(0) if self.fail else None
            if isinstance(trouble, int):
                await _write(writer, trouble, {"error": "as told"})
                return
            status, said = self.respond(heard)
            if trouble == "cut":
                return  # the work was done, and nobody was told
            await _write(writer, status, said)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Its address."""
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _write(writer: asyncio.StreamWriter, status: int, said: dict[str, Any]) -> None:
    body = json.dumps(said).encode()
    told = ["Content-Type: application/json", f"Content-Length: {len(body)}", "Retry-After: 0.1", "Connection: close"]
    writer.write("\r\n".join([f"HTTP/1.1 {status} X", *told, "", ""]).encode() + body)
    await writer.drain()


class Workspace:
    """Slack's Web API, as far as a bot that posts needs it."""

    def __init__(self, token: str) -> None:
        self.token, self.messages, self.error = token, list[dict[str, Any]](), ""

    def respond(self, heard: Heard) -> Answer:
        """`ok: false` comes with status 200, as Slack does it."""
        if heard.headers.get("authorization") != f"Bearer {self.token}":
            return 200, {"ok": False, "error": "invalid_auth"}
        if self.error:
            return 200, {"ok": False, "error": self.error}
        if heard.path == "/conversations.history":
            assert heard.body["include_all_metadata"] is True
            return 200, {"ok": True, "messages": [*reversed(self.messages)]}
        assert heard.path == "/chat.postMessage", heard.path
        message = {"ts": f"17645412{len(self.messages):02}.000100", **heard.body}
        self.messages.append(message)
        return 200, {"ok": True, "ts": message["ts"], "channel": heard.body["channel"]}


class Project:
    """Jira's REST API, as far as issues are searched and made."""

    def __init__(self, user: str, token: str) -> None:
        self.authorization = "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()
        self.issues: list[dict[str, Any]] = []

    def respond(self, heard: Heard) -> Answer:
        """Search by label, and create."""
        if heard.headers.get("authorization") != self.authorization:
            return 401, {"errorMessages": ["not authenticated"]}
        if heard.path == "/rest/api/3/search/jql":
            label = heard.query["jql"].split('labels = "')[1].rstrip('"')
            found = [{"key": issue["key"]} for issue in self.issues if label in issue["fields"]["labels"]]
            return 200, {"issues": found[: int(heard.query["maxResults"])], "isLast": True}
        assert (heard.method, heard.path) == ("POST", "/rest/api/2/issue"), heard
        issue = {"key": f"OPS-{len(self.issues) + 1}", **heard.body}
        self.issues.append(issue)
        return 201, {"id": "1", "key": issue["key"]}


@dataclass
class Mailbox:
    """SMTP with AUTH PLAIN; `codes` answers the next messages instead of 250, after they were taken."""

    codes: list[int] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(*lines: str) -> None:
            writer.write("".join(f"{line}\r\n" for line in lines).encode())
            await writer.drain()

        await say("220 stand-in ESMTP")
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            verb, _, rest = line.partition(" ")
            if verb.upper() == "EHLO":
                await say("250-stand-in", "250 AUTH PLAIN")
            elif verb.upper() == "AUTH":
                self.logins.append(base64.b64decode(rest.split()[-1]).decode())
                await say("235 welcome")
            elif verb.upper() == "DATA":
                await say("354 go on")
                self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
                await say(f"{self.codes.pop(0) if self.codes else 250} so it is")
            elif verb.upper() == "QUIT":
                await say("221 bye")
                break
            else:
                await say("250 fine")
        writer.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        """Its port."""
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        async with server:
            yield int(server.sockets[0].getsockname()[1])
