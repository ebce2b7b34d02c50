"""The live page of the running stack, as tests use it: ask its gateway, open a view, keep a picture."""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path
from typing import Any

from tests.browser import Tab
from tests.running import Running

PICTURES = os.environ.get("ETHOGRAM_PICTURES")
"""A folder in which screenshots of every view are kept."""


def post(running: Running, path: str, body: Any) -> Any:
    """What the gateway answers to a POST."""
    address = f"http://127.0.0.1:{running.settings.api_port}{path}"
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def visit(tab: Tab, running: Running, view: str) -> None:
    """Open a view and wait until it has all that it asked for."""
    tab.open("about:blank")
    tab.open(f"http://127.0.0.1:{running.settings.api_port}/#/{view}")
    tab.until("document.querySelector('h1') && !document.querySelector('.loading')")


def keep(tab: Tab, view: str, look: str) -> None:
    """A picture of a view, where pictures are wanted."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        name = "-".join(part for part in view.split("/") if len(part) != 36) or "sessions"
        tab.picture(Path(PICTURES) / f"{name}-{look}.png", whole=True)
