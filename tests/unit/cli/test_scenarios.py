"""`ethogram scenarios`: what people and programs get to see of templates."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from ethogram.cli.app import app
from ethogram.games import library


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["scenarios", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return getattr(done.exception, "code", 1), str(done.exception)
    return done.exit_code, done.output


def test_list_and_show_tell_programs_everything() -> None:
    code, told = run("list", "--json")
    assert code == 0 and len(json.loads(told)["templates"]) == len(library().by_id)
    code, told = run("show", "snowed-in-hut", "--path", "one-room", "--stress", "1", "--json")
    shown = json.loads(told)
    assert code == 0 and shown["situation"]["step"] == "first-night"
    assert {option["name"] for option in shown["options"]} == {"all-they-ask", "rope-only", "nothing-leaves"}


def test_show_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    assert run("show", "old-supplier", "--seed", "4") == run("show", "old-supplier", "--seed", "4")
    assert run("show", "old-supplier", "--seed", "4") != run("show", "old-supplier", "--seed", "5")


def test_check_names_what_is_wrong_to_people_and_programs(tmp_path: Path) -> None:
    assert run("check", "--json")[0] == 0
    (tmp_path / "mine.yaml").write_text("archetype: loyalty\ntemplates: [{id: x}]\n", encoding="utf-8")
    _, told = run("check", str(tmp_path))
    assert "mine.yaml:2: templates[0].story: is missing" in told
    code, told = run("check", str(tmp_path), "--json")
    assert code == 2 and json.loads(told)["valid"] is False


def test_a_wrong_name_is_answered_with_right_ones() -> None:
    assert "did you mean 'old-supplier'?" in run("show", "old-suplier")[1]
    assert "opens no follow-up" in run("show", "old-supplier", "--path", "stay")[1]
