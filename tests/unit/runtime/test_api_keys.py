"""Who is let in, decided from one row and the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ethogram.runtime.store.api_keys import KeyRefused, weigh

NOW = datetime(2026, 11, 21, 10, 0, 40, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "key_id": "k", "owner": "ann", "tenant": "default", "scopes": ["read"], "per_minute": 3,
    "usage_limit": None, "used": 0,
    "window_start": None, "window_used": 0, "expires_at": None, "revoked_at": None, "person": None,
}  # fmt: skip


def test_a_good_key_is_let_in_and_told_what_is_left() -> None:
    caller = weigh(GOOD, "read", NOW)
    assert (caller.owner, caller.limit, caller.remaining, caller.reset_s) == ("ann", 3, 2, 20)
    assert weigh({**GOOD, "scopes": ["admin"]}, "approve", NOW).remaining == 2


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"revoked_at": NOW}, 401, "key-unknown"),
        ({"expires_at": NOW}, 401, "key-expired"),
        ({"scopes": ["play"]}, 403, "scope-missing"),
        ({"usage_limit": 5, "used": 5}, 403, "key-used-up"),
        ({"window_start": NOW.replace(second=0), "window_used": 3}, 429, "too-many-requests"),
    ],
)  # fmt: skip
def test_a_key_that_may_not_is_refused_with_its_reason(changed: dict[str, Any], status: int, code: str) -> None:
    with pytest.raises(KeyRefused) as caught:
        weigh({**GOOD, **changed}, "read", NOW)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert caught.value.retry_after_s == (20 if status == 429 else 0)


def test_an_unknown_key_is_refused_and_a_new_minute_starts_afresh() -> None:
    with pytest.raises(KeyRefused):
        weigh(None, "read", NOW)
    full = {**GOOD, "window_start": NOW.replace(second=0), "window_used": 3}
    assert weigh(full, "read", NOW + timedelta(minutes=1)).remaining == 2
