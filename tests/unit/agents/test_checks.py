"""Configurations are checked before anything starts, without running anything of an agent's."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from ethogram.agents import catalogue_of_agents, checks, load
from ethogram.events import PluginError


@pytest.mark.parametrize(
    ("adapter", "config", "words"),
    [
        ("builtin", {"strategy": "tit-for-tax"}, "did you mean 'tit-for-tat'?"),
        ("builtin", {}, "strategy is missing; valid: alternator"),
        ("builtin", {"strategy": "TFT", "stratgy": 1}, "unknown key 'stratgy'; did you mean 'strategy'?"),
        ("axelrod", {"strategy": "TitForTax"}, "did you mean 'TitForTat'?"),
        ("axelrod", {"strategy": 7}, "class name of the Axelrod library"),
        ("axelrod", {"strategy": "TitForTat", "seed": 1}, "unknown key 'seed'"),
        ("python", {}, "callable is missing; expected 'module:function'"),
        ("python", {"callable": "../etc:passwd"}, "expected 'module:function'"),
        ("python", {"callable": "examples/agents:cautious"}, "expected 'module:function'"),
        ("python", {"callable": "examples.agents"}, "expected 'module:function'"),
        ("python", {"callable": "os:system"}, "of Python's own library"),
        ("python", {"callable": "os.path:join"}, "of Python's own library"),
        ("python", {"callable": "examples.agents:cautious\n"}, "expected 'module:function'"),
        ("python", {"callable": "a:b", "timeout_s": 0}, "timeout_s is 0; expected a number from 0.1 to 60"),
        ("python", {"callable": "a:b", "memory_mb": True}, "memory_mb is True"),
        ("python", {"callable": "a:b", "timeout": 1}, "unknown key 'timeout'; did you mean 'timeout_s'?"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_valid(adapter: str, config: dict[str, Any], words: str) -> None:
    said = checks()[adapter](config)
    assert len(said) == 1 and words in said[0]


@pytest.mark.parametrize(
    ("adapter", "config"),
    [
        ("builtin", {"strategy": "2TFT"}), ("axelrod", {"strategy": "FirstByJoss"}),
        ("python", {"callable": "examples.agents:cautious", "timeout_s": 0.5, "memory_mb": 256}),
    ],
)  # fmt: skip
def test_what_is_right_is_accepted(adapter: str, config: dict[str, Any]) -> None:
    assert checks()[adapter](config) == []


def test_checking_an_axelrod_strategy_does_not_import_the_library() -> None:
    asked = (
        "import sys; from ethogram.agents import checks;"
        "print(checks()['axelrod']({'strategy': 'Grudger'}), 'axelrod' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "[] False\n"


def test_the_list_says_what_there_is() -> None:
    listed = {each.name: each for each in catalogue_of_agents()}
    assert listed["builtin"].strategies == 19
    assert listed["axelrod"].strategies == 240
    assert listed["python"].strategies is None and listed["python"].installed
    assert {each.distribution for each in listed.values()} == {"ethogram"}
    assert set(listed) == set(checks())


class Point(SimpleNamespace):
    """An entry point of somebody else."""

    def load(self) -> Any:
        return self.loads()


def _broken() -> Any:
    raise RuntimeError("no such thing")


def _others(monkeypatch: pytest.MonkeyPatch, *points: Point) -> None:
    monkeypatch.setattr("ethogram.topology.plugins.entry_points", lambda group: points)


def _point(name: str, distribution: str, loads: Any, value: str = "x:Y") -> Point:
    metadata = SimpleNamespace(json={"summary": "Agents of a stranger."})
    return Point(name=name, value=value, loads=loads, dist=SimpleNamespace(name=distribution, metadata=metadata))


def test_a_plug_in_is_listed_without_being_loaded_and_named_when_it_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    _others(monkeypatch, _point("strange", "strangers", _broken))
    assert {each.name: each.description for each in catalogue_of_agents()}["strange"] == "Agents of a stranger."
    assert checks()["strange"]({}) == ["adapter 'strange' of strangers (x:Y): RuntimeError: no such thing"]
    with pytest.raises(PluginError, match="strangers"):
        load("strange")


def test_a_plug_in_whose_check_breaks_does_not_break_admission(monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd:
        about = "odd"

        @staticmethod
        def check(config: object) -> list[str]:
            raise KeyError("oh")

    _others(monkeypatch, _point("odd", "strangers", lambda: Odd))
    assert checks()["odd"]({}) == ["adapter 'odd' cannot check this: KeyError: 'oh'"]


def test_two_plug_ins_of_one_name_are_both_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _others(monkeypatch, _point("same", "one", _broken), _point("same", "two", _broken, "z:Y"))
    with pytest.raises(PluginError, match=r"one \(x:Y\) and two \(z:Y\)"):
        checks()


def test_what_is_no_adapter_is_not_taken_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    _others(monkeypatch, _point("number", "strangers", lambda: 7))
    with pytest.raises(PluginError, match="has no check, about and call"):
        load("number")
    with pytest.raises(PluginError, match="not installed; installed: builtin, number"):
        load("numbr")
