"""Webhooks: a notice is sent, signed after Standard Webhooks; the receiver knows a repetition by `webhook-id`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import orjson

from ethogram.channels.channel import Notice, Secret
from ethogram.channels.http import Http, wrong
from ethogram.models.standard_webhooks import signed_headers
from ethogram.runtime import clock

TYPE = "ethogram.notice"


class Webhook:
    """Whoever listens at a URL."""

    about: ClassVar[str] = "a signed webhook: `{kind: webhook, config: {url: 'https://...', secret: NAME}}`"

    def __init__(self, config: Mapping[str, Any], secret: Secret) -> None:
        self._http = Http(str(config["url"]))
        self._secret, self._name = secret, str(config["secret"])

    @staticmethod
    def check(config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        return wrong(config, {"url": True}, {"secret": True})

    async def tell(self, notice: Notice) -> str | None:
        """Send it; a repetition has the same id and the same body."""
        message_id = "msg_" + notice.id.replace("-", "")
        body = orjson.dumps({"type": TYPE, "timestamp": notice.time, "data": notice.model_dump(mode="json")})
        now = int(datetime.fromisoformat(clock.now()).timestamp())
        headers = signed_headers(self._secret(self._name), message_id, now, body)
        await self._http.send("POST", headers=headers, content=body)
        return message_id

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()
