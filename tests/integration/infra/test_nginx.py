"""nginx, as compose runs it, before the gateway of a running stack: limits by zone, headers, streams as they come."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from ethogram.devserver.ports import accepts, free_port
from tests.running import ROOT, Running

CONFIGURATION = ROOT / "infra" / "nginx"


@dataclass
class Door:
    """An nginx before a gateway."""

    url: str
    inside: str


@pytest.fixture
def door(running: Running, tmp_path: Path) -> Iterator[Door]:
    """Debian's nginx with the configuration of infra/nginx; only ports and the folder for scratch files are others."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("there is no nginx here. Debian and Ubuntu: apt-get install nginx-light")
    public, inside = free_port(), free_port()
    for name in ("nginx.conf", "gateway.conf"):
        gateway = f"127.0.0.1:{running.settings.api_port}"
        text = (CONFIGURATION / name).read_text(encoding="utf-8")
        for ours, theirs in (
            ("/tmp/", f"{tmp_path}/"), ("/dev/stdout", f"{tmp_path}/log"), ("127.0.0.1:8700", gateway),
            ("listen 8080", f"listen 127.0.0.1:{public}"), ("listen 9464", f"listen 127.0.0.1:{inside}"),
        ):  # fmt: skip
            text = text.replace(ours, theirs)
        (tmp_path / name).write_text(text, encoding="utf-8")
    tmp_path.chmod(0o755)
    command = [program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-g", "daemon off;"]
    with (tmp_path / "errors").open("wb") as errors:
        process = subprocess.Popen(command, stderr=errors)
    try:
        deadline = time.monotonic() + 10
        while not accepts(public):
            assert process.poll() is None and time.monotonic() < deadline, (tmp_path / "errors").read_text()
            time.sleep(0.05)
        yield Door(f"http://127.0.0.1:{public}", f"http://127.0.0.1:{inside}")
    finally:
        process.terminate()
        process.wait(10)


def _passed(door: Door, method: str, path: str, asked: int) -> int:
    """How many of so many requests got through at once."""
    with httpx2.Client(base_url=door.url) as client:
        answers = [client.request(method, path, json={} if method == "POST" else None) for _ in range(asked)]
    refused = [answer for answer in answers if answer.status_code == 429]
    for answer in refused:
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0 and answer.json()["code"] == "rate-limited"
    return asked - len(refused)


@pytest.mark.parametrize(
    ("method", "path", "a_minute"),
    [
        ("GET", "/v1/sessions", 60),
        ("POST", "/api/keys", 5),
        ("POST", "/v1/sessions", 10),
        ("POST", "/api/training/start", 10),
        ("GET", "/api/reports/none", 30),
        ("GET", "/v1/sessions/none/report", 30),
    ],
)
def test_each_zone_lets_a_minutes_worth_through(door: Door, method: str, path: str, a_minute: int) -> None:
    began = time.monotonic()
    passed = _passed(door, method, path, a_minute + 15)
    refilled = 1 + a_minute * (time.monotonic() - began) / 60
    assert a_minute <= passed <= a_minute + refilled


def test_one_zone_does_not_use_up_another_and_the_page_is_free(door: Door) -> None:
    assert _passed(door, "POST", "/api/keys", 10) < 10
    assert _passed(door, "GET", "/healthz", 80) == 80
    assert _passed(door, "GET", "/v1/sessions", 5) == 5


def test_the_page_comes_with_security_headers_and_metrics_stay_inside(door: Door) -> None:
    page = httpx2.get(door.url)
    assert page.status_code == 200 and "nginx/" not in page.headers["server"]
    for name in ("content-security-policy", "x-content-type-options", "x-frame-options", "permissions-policy"):
        assert page.headers[name]
    assert httpx2.get(f"{door.url}/metrics").status_code == 404
    assert "ethogram_http_requests_total" in httpx2.get(f"{door.inside}/metrics").text
    assert httpx2.get(f"{door.inside}/alive").status_code == 204


def test_a_body_that_is_too_large_and_a_host_that_is_not_ours_are_refused(door: Door) -> None:
    assert httpx2.post(f"{door.url}/v1/sessions", content=b"x" * 1_100_000).status_code == 413
    assert httpx2.get(f"{door.url}/v1/sessions", headers={"Host": "elsewhere.example"}).status_code == 421


def test_events_of_a_stream_come_as_they_happen(door: Door, running: Running, tmp_path: Path) -> None:
    training = {
        "name": "streamed", "seed": 3,
        "agents": [{"id": name, "adapter": "builtin", "config": {"strategy": "tit-for-tat"}} for name in ("a", "b")],
        "games": [{"game": "prisoners-dilemma", "rounds": 5}],
    }  # fmt: skip
    session = running.play(training, tmp_path)["session_id"]
    with httpx2.stream("GET", f"{door.url}/v1/sessions/{session}/stream", timeout=10) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        first = next(line for line in answer.iter_lines() if line.startswith("data:"))
    assert first  # it came although the stream is open still
