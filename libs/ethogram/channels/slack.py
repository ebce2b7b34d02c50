"""Slack: a bot posts into one channel. Slack knows no repetition, so the channel's last messages are looked at first.

The bot needs the scopes `chat:write` and `channels:history` (`groups:history` in a private channel).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ethogram.channels.channel import Notice, Secret
from ethogram.channels.http import Http, wrong
from ethogram.models.call import ProviderRefused, ProviderTrouble

URL = "https://slack.com/api"
EVENT = "ethogram_notice"
LOOK_BACK = 100
"""Messages among which a repetition is known."""
PASSING = frozenset({
    "fatal_error", "internal_error", "ratelimited", "rate_limited", "request_timeout", "service_unavailable",
})  # fmt: skip
"""Errors of Slack's that may pass."""


class Slack:
    """One channel of one workspace."""

    about: ClassVar[str] = "a Slack bot: `{kind: slack, config: {token: NAME, channel: C0123456789}}`"

    def __init__(self, config: Mapping[str, Any], secret: Secret) -> None:
        self._http = Http(str(config.get("url", URL)))
        self._secret, self._token, self._channel = secret, str(config["token"]), str(config["channel"])

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        return wrong(config, {"channel": True, "url": False}, {"token": True})

    async def tell(self, notice: Notice) -> str | None:
        """Post it, unless it stands there; its `ts`."""
        found = await self._ask("conversations.history", {"include_all_metadata": True, "limit": LOOK_BACK})
        for message in found.get("messages", ()):
            if message.get("metadata", {}).get("event_payload", {}).get("id") == notice.id:
                return str(message.get("ts"))
        text = f"*{plain(notice.subject)}*\n{plain(notice.text)}\n<{notice.link}|Answer it>"
        marked = {"event_type": EVENT, "event_payload": {"id": notice.id}}
        posted = await self._ask("chat.postMessage", {"text": text, "metadata": marked, "unfurl_links": False})
        return str(posted["ts"])

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()

    async def _ask(self, method: str, told: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self._secret(self._token)}"}
        answer = await self._http.ask("POST", f"/{method}", {"channel": self._channel, **told}, headers=headers)
        if answer.get("ok") is True:
            return answer
        error = str(answer.get("error", "unknown_error"))[:100]
        kind = ProviderTrouble if error in PASSING else ProviderRefused
        raise kind("slack-refused", f"{method}: {error}")


def plain(text: str) -> str:
    """Text that Slack shows as it stands: no mention, no link, no markup of its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
