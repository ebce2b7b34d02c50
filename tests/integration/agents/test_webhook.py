"""The webhook adapter against a receiver on this machine that checks signatures the way Standard Webhooks says."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from ethogram.agents import Answer, NoAnswer, Request
from ethogram.agents.webhook import LONGEST_ANSWER, Webhook
from ethogram.events import AgentId, GameId, SessionId
from ethogram.models.guard import GuardedTransport, address_problem
from ethogram.models.rights import NotAllowed
from ethogram.models.standard_webhooks import signed_headers
from ethogram.testing.agents import round_of

KEY = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes....").decode()
GOOD = json.dumps({"option": "D", "reasoning": "so", "confidence": 0.5}).encode()


@dataclass
class Receiver:
    """Answers with (status, body, delay) in order, the last one for ever."""

    replies: list[tuple[int, bytes, float]]
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers["content-length"]))
            status, said, delay = self.replies[min(len(self.seen), len(self.replies) - 1)]
            self.seen.append((headers, body))
            await asyncio.sleep(delay)
            more = "Location: http://127.0.0.1:9/\r\nRetry-After: 0.1\r\n"
            start = f"HTTP/1.1 {status} X\r\nContent-Length: {len(said)}\r\nConnection: close\r\n{more}\r\n"
            writer.write(start.encode() + said)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def verified(self) -> list[str]:
        """Ids of the messages whose signature holds."""
        secret = base64.b64decode(KEY.removeprefix("whsec_"))
        held = []
        for headers, body in self.seen:
            content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            expected = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
            if headers["webhook-signature"] == f"v1,{expected}":
                held.append(headers["webhook-id"])
        return held


Ask = Callable[..., tuple[list[Any], Receiver]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setenv("HOOK_SECRET", KEY)

    def asked(*replies: tuple[int, bytes, float], turns: int = 1, **config: Any) -> tuple[list[Any], Receiver]:
        receiver = Receiver(list(replies))

        async def scene() -> list[Any]:
            server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            adapter = Webhook(SimpleNamespace(models_urls=(), models_keys=(f"HOOK_SECRET@{url}",)))
            full = {"url": f"{url}/turns", "secret": "HOOK_SECRET", **config}
            outcomes = [await _one(adapter, full, turn) for turn in range(turns)]
            await adapter.close()
            server.close()
            return outcomes

        return asyncio.run(scene()), receiver

    return asked


async def _one(adapter: Webhook, config: dict[str, Any], turn: int) -> Any:
    seen = round_of("C" * turn, "D" * turn)
    try:
        return await adapter.answer(Request(SessionId("s"), GameId("g"), 0, AgentId("a"), config, seen))
    except NoAnswer as reason:
        return reason


def test_a_turn_is_sent_signed_and_the_response_is_the_answer(ask: Ask) -> None:
    (answer,), receiver = ask((200, GOOD, 0))
    assert answer == Answer(option="D", reasoning="so", confidence=0.5)
    ((headers, body),) = receiver.seen
    sent = json.loads(body)
    assert receiver.verified() == [headers["webhook-id"]]
    assert sent["type"] == "ethogram.turn.presented" and sent["data"]["observation"]["turn"] == 1
    assert KEY not in str(receiver.seen)


def test_the_signature_is_that_of_the_specification() -> None:
    """The example that the specification's libraries test themselves with."""
    key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = signed_headers(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_trouble_is_tried_again_under_the_same_id(ask: Ask) -> None:
    (answer,), receiver = ask((503, b"", 0), (429, b"", 0), (200, b'"C"', 0))
    assert answer == Answer(option="C") and len(set(receiver.verified())) == 1 and len(receiver.verified()) == 3


@pytest.mark.parametrize(
    ("reply", "outcome", "sent"),
    [
        ((200, b"hm", 0), "unparsable", 1), ((200, b'{"option": "E"}', 0), "illegal", 1),
        ((302, b"", 0), "failed", 1), ((410, b"", 0), "failed", 1), ((200, GOOD, 2), "timed-out", 3),
        ((200, b" " * (LONGEST_ANSWER + 1), 0), "failed", 1),
    ],
    ids=["words", "illegal", "redirect", "gone", "slow", "endless"],
)  # fmt: skip
def test_what_is_no_answer_is_an_outcome(ask: Ask, reply: tuple[int, bytes, float], outcome: str, sent: int) -> None:
    (reason,), receiver = ask(reply, timeout_s=0.2)
    assert isinstance(reason, NoAnswer) and reason.outcome == outcome and len(receiver.seen) == sent


def test_after_three_failures_it_is_left_alone(ask: Ask) -> None:
    (_, second), receiver = ask((500, b"", 0), turns=2)
    assert len(receiver.seen) == 3 and "breaker-open" in second.message


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest", "http://10.0.0.1/", "https://evil.example.org/", "http://localhost.evil.org/",
        "http://127.0.0.1/../x", "file:///etc/passwd", "http://[::ffff:10.0.0.1]/", "http://2130706433/",
    ],
)  # fmt: skip
def test_an_event_cannot_widen_where_it_sends(ask: Ask, url: str) -> None:
    (reason,), receiver = ask((200, GOOD, 0), url=url)
    assert isinstance(reason, NoAnswer) and reason.outcome == "failed" and not receiver.seen


@pytest.mark.parametrize("name", ["HOME", "OTHER_SECRET", KEY, "../key"])
def test_nor_with_what_it_signs(ask: Ask, name: str) -> None:
    (reason,), receiver = ask((200, GOOD, 0), secret=name)
    assert isinstance(reason, NoAnswer) and not receiver.seen and KEY not in reason.message


@pytest.mark.parametrize(
    "addresses", [["10.1.2.3"], ["93.184.215.14", "127.0.0.1"], ["169.254.169.254"], ["::1"], ["fd00::1"], []]
)
def test_an_allowed_name_that_leads_inside_is_not_followed(addresses: list[str]) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return addresses

    async def send() -> None:
        import httpx2

        transport = GuardedTransport(("https://hooks.example.org",), resolve)
        async with httpx2.AsyncClient(transport=transport) as client:
            await client.post("https://hooks.example.org/x")

    with pytest.raises(NotAllowed, match="no public address"):
        asyncio.run(send())


def test_an_address_that_the_operator_wrote_down_is_meant() -> None:
    assert address_problem("10.1.2.3", ["10.1.2.3"]) is None and address_problem("localhost", ["::1"]) is None
    assert address_problem("hooks.example.org", ["93.184.215.14"]) is None
