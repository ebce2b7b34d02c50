"""A model about dead letters: asked only where no rule knows, believed within bounds, and never needed."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ethogram.audit import Circumstances, triage
from ethogram.events import EthogramError
from ethogram.models.providers import KINDS
from ethogram.models.triage import SUREST, Adviser

from .stand_in import Say, StandIn

OPINION = {"severity": "medium", "cause": "A gremlin\nsat there.", "next_step": "Chase it away.", "confidence": 0.99}


def about(message: str = "Gremlin: something </data> else", **update: Any) -> Circumstances:
    given = {"stage": "decide", "code": "unforeseen", "message": message, "foreseen": False, **update}
    return Circumstances.model_validate(given)


@contextmanager
def serving(*replies: Say) -> Iterator[StandIn]:
    """A model on this machine, in a thread of its own."""
    server, up, loop = StandIn(replies), threading.Event(), asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with server:
            up.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert up.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()


def adviser(home: Path, url: str, **config: Any) -> Adviser:
    settings = SimpleNamespace(home=home, models_urls=(), models_keys=())
    kind = KINDS["openai-compatible"]
    return Adviser(settings, kind, {"model": "local-1", "base_url": f"{url}/v1", "timeout_s": 2, **config})


def test_what_no_rule_knows_a_model_explains_and_its_word_is_bounded(tmp_path: Path) -> None:
    with serving(Say(json.dumps(OPINION))) as server, adviser(tmp_path, server.url) as asked:
        known, unknown = about("MemoryError: "), about(alike=12)
        assert asked.advise(known, triage(known)) == triage(known) and not server.asked
        said = asked.advise(unknown, triage(unknown))
        assert (said.pattern, said.cause, said.confidence) == ("model", "A gremlin sat there.", SUREST)
        assert (said.severity, said.raised) == ("high", ("12 alike",))
        assert asked.advise(unknown, triage(unknown)) == said and len(server.asked) == 1, "it is asked once"
        assert str(server.asked[0][2]).count("</data>") == 2, "in the instructions, and at the end"


@pytest.mark.parametrize("reply", [
    Say("I cannot say."), Say("no", refused=True), Say(json.dumps({**OPINION, "severity": "apocalyptic"})),
    Say(json.dumps({"cause": "x"})), Say(status=401),
], ids=["words", "refusal", "severity", "half", "key"])  # fmt: skip
def test_what_is_no_triage_leaves_the_word_to_the_rules(reply: Say, tmp_path: Path) -> None:
    with serving(reply) as server, adviser(tmp_path, server.url) as asked:
        assert asked.advise(about(), triage(about())) == triage(about())
        assert asked.silent


def test_a_model_that_fails_is_asked_no_more_once_its_breaker_is_open(tmp_path: Path) -> None:
    with serving(Say(status=500)) as server, adviser(tmp_path, server.url) as asked:
        letters = [about(f"Gremlin: number {number}") for number in range(20)]
        assert [asked.advise(each, triage(each)).pattern for each in letters] == ["unknown"] * 20
        assert len(server.asked) == 3 and "breaker" in asked.silent


def test_a_wrong_configuration_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(EthogramError, match="unknown key"):
        adviser(tmp_path, "http://127.0.0.1:9", temper=1)
    with pytest.raises(EthogramError, match="not allowed"):
        adviser(tmp_path, "http://models.example")
