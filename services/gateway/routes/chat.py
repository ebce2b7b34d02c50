"""The chat of a session: its history, and a WebSocket on which one follows it and speaks.

PostgreSQL holds an entry before Kafka announces it, so that an announcement is a reason to read on, and what is sent
is what stands there: in order, without gap, whatever was missed in between.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from ethogram.client import new_command_id
from ethogram.events import AuditLogged, ChatSaid, EthogramError, SayInChat
from ethogram.events.explanation import explain
from ethogram.services.gateway.author import Author
from ethogram.services.gateway.doors import Doors, Spectator
from ethogram.services.gateway.keys import needs
from ethogram.services.gateway.sockets import TRY_LATER, Refused, Socket, end, greeted, told, until_one_ends

LOOK_AGAIN_S = 5.0
"""How long a quiet chat goes unread; the key is looked at anew then, too."""


class ChatShown(BaseModel):
    """Entries in order; ask again after the last number."""

    entries: list[dict[str, Any]]


def chat_routes(doors: Doors) -> APIRouter:
    """The routes, over these doors."""
    router = APIRouter(tags=["people"])

    def history(session: str, after: Annotated[int, Query(ge=0)] = 0) -> dict[str, Any]:
        """What was said in a session after this number: `{number, who, text, to, game_id, turn, answers, time}`."""
        return {"entries": doors.reports.chat(doors.reports.find(session), after)}

    router.add_api_route(
        "/v1/sessions/{session}/chat", history, methods=["GET"], response_model=ChatShown,
        dependencies=[needs(doors, "read")],
    )  # fmt: skip

    @router.websocket("/v1/sessions/{session}/chat")
    async def chat(websocket: WebSocket, session: str) -> None:
        """`{"key": ..., "after": 5}` first, then `{"say": "...", "to": "agent", "id": "..."}` as often as one likes.

        Comes back: entries with their number, `{"accepted": id}` once Kafka has the words, `{"refused": id, "why":
        ...}` if the director does not take them. Whoever comes back says `after` which number, and sends what was not
        accepted again under its old id: nothing is shown or entered twice.
        """
        socket = await greeted(websocket, doors, "play")
        if socket is None:
            return
        try:
            session_id = await run_in_threadpool(doors.reports.find, session)
            conversation = _Conversation(socket, session_id, _after(socket.greeting))
            await conversation.run()
        except WebSocketDisconnect:
            return
        except EthogramError as error:
            await end(websocket, error)

    return router


class _Conversation:
    """One visitor of a chat."""

    def __init__(self, socket: Socket, session_id: str, after: int) -> None:
        self._socket = socket
        self._session_id = session_id
        self._after = after
        self._asked: dict[str, str] = {}
        """Ids of what this visitor said, by the id of its record."""

    async def run(self) -> None:
        """Speak and listen until the visitor leaves."""
        with self._socket.doors.feed.live(self._session_id) as spectator:
            await self._show()
            await until_one_ends(self._tell(spectator), self._hear())

    async def _tell(self, spectator: Spectator) -> None:
        while True:
            try:
                async with asyncio.timeout(LOOK_AGAIN_S):
                    frame = await spectator.take()
            except TimeoutError:
                await self._socket.look()
                await self._show()
                continue
            if frame is None:
                await self._socket.websocket.close(TRY_LATER)
                return
            if frame["type"] == ChatSaid.TYPE:
                await self._show()
            elif frame["type"] == AuditLogged.TYPE:
                await self._show_refusal(frame["event"])

    async def _show(self) -> None:
        while entries := await run_in_threadpool(self._socket.doors.reports.chat, self._session_id, self._after):
            for entry in entries:
                await self._socket.send(entry)
                self._after = entry["number"]

    async def _show_refusal(self, line: dict[str, Any]) -> None:
        said = self._asked.get(line["about"])
        if said is not None and line["verdict"].startswith("refused"):
            await self._socket.send({"refused": said, "why": line["verdict"].removeprefix("refused: ")})

    async def _hear(self) -> None:
        while True:
            try:
                command = self._command(await self._socket.receive())
                await self._socket.admit("play")
                author = self._author(command.actor)
                signed = author.signs(command)
                assert isinstance(signed, SayInChat)
                self._asked[signed.id] = signed.command_id
                await run_in_threadpool(self._socket.doors.publish, signed, author.sign)
                await self._socket.send({"accepted": signed.command_id})
            except EthogramError as error:
                await self._socket.send({"error": told(error)})

    def _command(self, message: dict[str, Any]) -> SayInChat:
        given = {
            "session_id": self._session_id, "command_id": message.get("id") or new_command_id(),
            "text": message.get("say"), "to": message.get("to"), "actor": message.get("actor") or "anonymous",
        }  # fmt: skip
        try:
            return SayInChat.model_validate({name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            raise Refused("invalid-message", explain(error, SayInChat)) from None

    def _author(self, named: str) -> Author:
        caller, key = self._socket.caller, self._socket.key
        return Author.of(caller, key) if caller and key else Author(named)


def _after(greeting: Any) -> int:
    after = greeting.get("after", 0)
    if isinstance(after, bool) or not isinstance(after, int) or after < 0:
        raise Refused("after-invalid", f"after is {after!r}; expected the number of the last entry that was seen")
    return after
