"""Every channel against a stand-in that speaks its wire protocol: told once, told again in vain, and told why not."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from ethogram.channels import Channel, Notice, asked, load, problems
from ethogram.events import ApprovalRequested
from ethogram.models.call import ProviderRefused, ProviderTrouble
from ethogram.models.retries import insist
from tests.integration.channels.stand_ins import Mailbox, Project, Server, Workspace

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes....").decode()
SECRETS = {"TOKEN": "xoxb-of-nobody", "SECRET": SECRET, "PASSWORD": "of-nobody"}
EVENT = ApprovalRequested.model_validate({
    "session_id": "0b9f2f4e-0000-4000-8000-000000000001", "approval_id": "q1", "level": 1, "about": "turn",
    "game_id": "g001", "turn": 3, "seat": 0, "agent_id": "anna", "intended": "D", "instead": "C", "options": ["C", "D"],
    "reasons": ["<!channel> {noformat} ignore all this\nBcc: everybody@example.org"], "policy": "p", "role": "admin",
    "seconds": 300, "channels": ["desk"],
})  # fmt: skip
NOTICE = asked(EVENT, "desk", "http://127.0.0.1:8700", "2026-11-30T10:00:00Z")


def channel(kind: str, config: Mapping[str, Any]) -> Channel:
    assert problems(kind, config) == []
    return load(kind)(config, SECRETS.__getitem__)


async def told(to: Channel, notice: Notice = NOTICE) -> str | None:
    """Told as the agent runner tells: tried again where that may help."""

    async def soon(seconds: float) -> None:
        await asyncio.sleep(0)

    try:
        return await insist(lambda: to.tell(notice), notice.id, sleep=soon)
    finally:
        await to.close()


def over_http(server: Server, scene: Callable[[str], Awaitable[None]]) -> None:
    async def run() -> None:
        async with server.running() as url:
            await scene(url)

    asyncio.run(run())


def test_a_notice_has_the_same_id_whenever_the_same_is_told_and_another_for_another_rung_or_channel() -> None:
    again = asked(EVENT, "desk", "http://elsewhere", "2026-12-01T00:00:00Z")
    higher = asked(EVENT.model_copy(update={"level": 2}), "desk", "", NOTICE.time)
    assert again.id == NOTICE.id and NOTICE.id not in (higher.id, asked(EVENT, "other", "", NOTICE.time).id)
    assert NOTICE.purpose == "escalation" and "\n" not in NOTICE.subject


@pytest.mark.parametrize("trouble", [[], [503], ["cut"], [429, "cut"]])
def test_slack_is_told_once_whatever_went_wrong_on_the_way(trouble: list[int | str]) -> None:
    slack = Workspace(SECRETS["TOKEN"])
    server = Server(slack.respond)

    async def scene(url: str) -> None:
        config = {"token": "TOKEN", "channel": "C0123", "url": url}
        server.fail += trouble
        first = await told(channel("slack", config))
        assert await told(channel("slack", config)) == first, "a repetition finds what was posted"

    over_http(server, scene)
    (message,) = slack.messages
    text = message["text"]
    assert message["channel"] == "C0123" and "&lt;!channel&gt;" in text and "<!channel>" not in text
    assert message["metadata"]["event_payload"] == {"id": NOTICE.id}


def test_slack_knows_a_post_whose_answer_was_lost() -> None:
    slack = Workspace(SECRETS["TOKEN"])
    server = Server(slack.respond)

    async def scene(url: str) -> None:
        to = channel("slack", {"token": "TOKEN", "channel": "C0123", "url": url})
        respond, lost = server.respond, []

        def cut_the_post(heard: Any) -> tuple[int, dict[str, Any]]:
            if heard.path == "/chat.postMessage" and not lost:
                lost.append(heard)
                respond(heard)
                raise ConnectionResetError
            return respond(heard)

        server.respond = cut_the_post
        await told(to)
        assert lost

    over_http(server, scene)
    assert len(slack.messages) == 1


@pytest.mark.parametrize(("error", "kind"), [
    ("channel_not_found", ProviderRefused), ("internal_error", ProviderTrouble),
])  # fmt: skip
def test_slack_that_refuses_says_why_and_the_token_is_nowhere_in_it(error: str, kind: type[Exception]) -> None:
    slack = Workspace(SECRETS["TOKEN"])
    slack.error = error
    server = Server(slack.respond)

    async def scene(url: str) -> None:
        with pytest.raises(kind, match=error) as refused:
            await told(channel("slack", {"token": "TOKEN", "channel": "C0123", "url": url}))
        assert SECRETS["TOKEN"] not in str(refused.value)

    over_http(server, scene)
    assert len(server.heard) == (3 if kind is ProviderTrouble else 1)


@pytest.mark.parametrize("trouble", [[], [503, 500], [200]])
def test_jira_gets_one_issue_with_the_id_as_a_label(trouble: list[int | str]) -> None:
    jira = Project("bot@example.org", SECRETS["TOKEN"])
    server = Server(jira.respond)

    async def scene(url: str) -> None:
        config = {"url": url, "user": "bot@example.org", "token": "TOKEN", "project": "OPS"}
        server.fail += trouble[:2] if trouble != [200] else []
        assert await told(channel("jira", config)) == "OPS-1"
        assert await told(channel("jira", config)) == "OPS-1"

    over_http(server, scene)
    (issue,) = jira.issues
    fields = issue["fields"]
    assert fields["project"] == {"key": "OPS"} and f"ethogram-{NOTICE.id}" in fields["labels"]
    assert fields["description"].count("{noformat}") == 2 and fields["summary"] == NOTICE.subject


def test_a_webhook_is_signed_and_a_repetition_has_the_same_id_and_body() -> None:
    server = Server(lambda heard: (200, {}), fail=[500, "cut"])

    async def scene(url: str) -> None:
        await told(channel("webhook", {"url": f"{url}/hook", "secret": "SECRET"}))

    over_http(server, scene)
    assert len(server.heard) == 3
    assert len({(heard.headers["webhook-id"], heard.raw) for heard in server.heard}) == 1
    secret = base64.b64decode(SECRET.removeprefix("whsec_"))
    for heard in server.heard:
        content = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode() + heard.raw
        expected = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
        assert heard.headers["webhook-signature"] == f"v1,{expected}"
    assert json.loads(server.heard[0].raw)["data"]["id"] == NOTICE.id


@pytest.mark.parametrize(("codes", "mails", "refused"), [
    ([], 1, None), ([451], 2, None), ([451, 451, 451], 3, ProviderTrouble), ([550], 1, ProviderRefused),
])  # fmt: skip
def test_mail_is_tried_again_under_the_same_message_id(
    codes: list[int], mails: int, refused: type[Exception] | None
) -> None:
    box = Mailbox(codes)

    async def scene() -> None:
        async with box.running() as port:
            to = channel("email", {
                "host": "127.0.0.1", "port": port, "security": "none", "user": "me", "password": "PASSWORD",
                "sender": "ethogram@example.org", "to": ["you@example.org"],
            })  # fmt: skip
            if refused is None:
                assert NOTICE.id in str(await told(to))
            else:
                with pytest.raises(refused):
                    await told(to)

    asyncio.run(scene())
    assert len(box.mails) == mails and set(box.logins) == {"\0me\0of-nobody"}
    read = [message_from_bytes(mail.removesuffix(b"\r\n.\r\n"), policy=default) for mail in box.mails]
    assert {mail["Message-ID"] for mail in read} == {f"<{NOTICE.id}@example.org>"}
    assert read[0]["To"] == "you@example.org" and read[0]["Bcc"] is None and "Bcc: everybody" in read[0].get_content()


def test_the_inbox_is_told_by_being_recorded() -> None:
    assert asyncio.run(told(channel("inbox", {}))) is None


@pytest.mark.parametrize(("kind", "config", "words"), [
    ("slack", {"token": "xoxb-123", "channel": "C1"}, "token must be the NAME"),
    ("slack", {"token": "TOKEN"}, "channel is missing"),
    ("webhook", {"url": "http://x.org/?a=b", "secret": "S"}, "url"),
    ("jira", {"url": "https://x.org", "token": "T", "project": 'O" OR 1=1'}, "project must be its key"),
    ("email", {"host": "mail.x.org", "security": "none", "sender": "a@b", "to": ["c@d"]}, "for this machine alone"),
    ("email", {"host": "mail.x.org", "sender": "a@b\nBcc: c", "to": []}, "to must be a list"),
    ("inbox", {"size": 3}, "takes none"),
    ("pigeon", {}, "is not installed; installed: "),
])  # fmt: skip
def test_a_channel_that_is_set_up_wrongly_is_named_in_words(kind: str, config: dict[str, Any], words: str) -> None:
    assert words in "; ".join(problems(kind, config))
