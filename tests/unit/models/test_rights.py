"""No configuration reaches further than the operator has allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ethogram.events import SettingsError
from ethogram.models.prices import prices
from ethogram.models.rights import NotAllowed, check_url, secret

API = "https://api.example.com/v1"
GRANTS = (f"MY_KEY@{API}",)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "http://localhost/v1", "http://[::1]:80", API])
def test_this_machine_and_named_origins_may_be_reached(url: str) -> None:
    check_url(url, (API,))


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.org/v1", "http://api.example.com/v1", "https://api.example.com:8443/v1",
        "http://169.254.169.254/latest", "http://10.0.0.5", "file:///etc/passwd", "https://api.example.com@evil.org",
        "http://127.0.0.1.evil.org", "http://127.0.0.1/../x", "http://127.0.0.1/%2e%2e/x", "http://0x7f.1/", "", "http://",
        "https://api.example.com.evil.org", "http://127.0.0.1\\@evil.org", "http://[::ffff:10.0.0.5]/", "http://a:b/",
        "http://localhost/ x", "http://locаlhost/",
    ],
)  # fmt: skip
def test_nothing_else_may(url: str) -> None:
    with pytest.raises(NotAllowed):
        check_url(url, (API,))


def test_a_key_goes_only_where_it_was_granted_to() -> None:
    environment = {"MY_KEY": " sk-1 ", "OTHER": "sk-2"}
    assert secret("MY_KEY", API + "/more", GRANTS, environment) == "sk-1"
    for name, url in (("MY_KEY", "http://127.0.0.1:9"), ("OTHER", API), ("", API), ("HOME", API)):
        with pytest.raises(NotAllowed, match="not granted"):
            secret(name, url, GRANTS, environment)


def test_a_key_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-3\n")
    assert secret("MY_KEY", API, GRANTS, {"MY_KEY_FILE": str(tmp_path / "key")}) == "sk-3"


@pytest.mark.parametrize("environment", [{}, {"MY_KEY": "  "}, {"MY_KEY_FILE": "/nowhere/at/all"}])
def test_a_key_that_is_missing_is_told_by_name_alone(environment: dict[str, str]) -> None:
    with pytest.raises(NotAllowed, match="MY_KEY"):
        secret("MY_KEY", API, GRANTS, environment)


def test_prices_have_date_and_source_and_the_longest_name_that_fits_holds(tmp_path: Path) -> None:
    table = tmp_path / "prices.yaml"
    entry = "{read: %s, written: 4, date: 2026-01-02, source: a page}"
    table.write_text(f"models:\n  m*: {entry % 1}\n  m-large: {entry % 3}\n")
    assert prices(table).cost_micros("m-large", 10, 5) == prices(table).cost_micros("m-large-20260102", 10, 5) == 50
    assert prices(table).cost_micros("m-small", 1, 0) == prices(table).cost_micros("m-large-2", 1, 0) == 1
    assert prices(table).cost_micros("other", 10, 5) == 0
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("models: {m: {read: 1, written: 2}}")
    with pytest.raises(SettingsError, match=r"date: is missing.*source"):
        prices(wrong)


def test_our_own_table_is_right() -> None:
    assert all(price.source for price in prices().models.values())
    assert prices().find("gpt-5-2026-01-01") is prices().models["gpt-5"] and prices().find("gpt-5-nano") is None
