"""Standard Webhooks: how a request is signed, so that its receiver knows who sent it, when, and whether it is new."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from ethogram.models.rights import NotAllowed


def signed_headers(key: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Headers with id, time in seconds, and an HMAC-SHA256 over both and the body; NotAllowed for no such key."""
    content = b".".join([message_id.encode(), str(timestamp).encode(), body])
    digest = hmac.new(_key_bytes(key), content, hashlib.sha256).digest()
    return {
        "content-type": "application/json", "webhook-id": message_id, "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }  # fmt: skip


def _key_bytes(key: str) -> bytes:
    """A secret is `whsec_` and base64; anything else counts as it stands."""
    if not key.startswith("whsec_"):
        return key.encode()
    try:
        return base64.b64decode(key.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        words = "the webhook's secret begins with whsec_, but what follows is no base64"
        raise NotAllowed("secret-invalid", words) from None
