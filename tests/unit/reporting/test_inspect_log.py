"""A log of Inspect AI: as its own library reads it where that is installed, and of bounded size."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ethogram.reporting import inspect_log
from ethogram.reporting.inspect_log import MOST_ACTS
from tests.unit.reporting.test_reports import HOSTILE, report


def acts(names: list[str], count: int) -> list[dict[str, Any]]:
    shared = {"kind": "game", "game_id": "g001", "intended": "C", "executed": "D", "others": "C", "outcome": "chosen",
              "option": "", "archetype": "", "reasoning": HOSTILE}  # fmt: skip
    return [
        {**shared, "number": number, "turn": number, "agent_id": name, "decision_id": f"{name}-{number}"}
        for number in range(1, count + 1)
        for name in names
    ]


def log(count: int = 3) -> dict[str, Any]:
    told = {**report(["ada", "bob"]), "finished_at": "2026-01-01T00:01:00.000Z"}
    return inspect_log(told, acts(["ada", "bob"], count), "1.0")


def test_each_agent_is_a_sample_with_its_acts_verdict_and_scores() -> None:
    told = log()
    assert (told["version"], told["status"], len(told["samples"])) == (2, "success", 2)
    ada = told["samples"][0]
    assert [message["role"] for message in ada["messages"]] == ["user", "assistant"] * 3
    assert ada["scores"]["council"]["value"] == "approve" and ada["scores"]["total"]["value"] == 0.9
    assert "Executed: D" in ada["messages"][1]["content"] and "\x1b" not in json.dumps(told)
    assert told["results"]["scores"][0]["metrics"]["approved"]["value"] == 1
    assert len(log(MOST_ACTS + 5)["samples"][0]["messages"]) == 2 * MOST_ACTS


def test_a_session_that_failed_says_why() -> None:
    told = {**report(["ada"]), "state": "failed", "reason": "no more budget", "finished_at": None}
    found = inspect_log(told, [], "1.0")
    assert (found["status"], found["error"]["message"]) == ("error", "no more budget")


@pytest.mark.skipif(
    find_spec("inspect_ai") is None, reason="needs Inspect AI: pip install 'ethogram[inspect]' (325 MB)"
)
def test_its_own_library_reads_it(tmp_path: Path) -> None:
    from inspect_ai.log import read_eval_log

    path = tmp_path / "session.json"
    path.write_text(json.dumps(log()), encoding="utf-8")
    read = read_eval_log(str(path))
    assert read.status == "success" and read.eval.task.startswith("ethogram/")
    assert [sample.id for sample in read.samples or []] == ["ada", "bob"]
    first = (read.samples or [])[0]
    assert first.scores and first.scores["council"].value == "approve"
    assert first.messages[1].text.startswith("C")
