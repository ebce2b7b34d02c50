"""What reaches the terminal: nothing that an agent says is obeyed, and every failure has words and a code."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, Group, RenderableType

from ethogram.cli.ethogram_view import interval_bar, report_view
from ethogram.cli.failures import CommandFailed, ExitCode, explained
from ethogram.cli.findings_view import finding_lines
from ethogram.cli.output import clean, safe
from ethogram.events import EthogramError, InvalidRecord, PluginError, SettingsError, TransientError
from ethogram.runtime.store.reports import SessionNotFound

HOSTILE = "\x1b]0;owned\x07\x1b[2J[bold red]x[/]\u202etxt.exe\r\x9b31m"


@given(st.text())
def test_cleaned_text_holds_nothing_that_a_terminal_obeys(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) == len(text)
    assert not any(ord(symbol) < 32 and symbol not in "\n\t" for symbol in cleaned)
    assert not any(0x7F <= ord(symbol) <= 0x9F for symbol in cleaned)
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_markup_of_an_agent_is_printed_as_it_stands() -> None:
    screen = Console(file=io.StringIO(), width=80, force_terminal=True)
    screen.print(safe("[bold red]x[/]"))
    assert "[bold red]x[/]" in screen.file.getvalue()  # type: ignore[attr-defined]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(5, 60))
def test_an_interval_bar_is_as_wide_as_asked_and_shows_its_dot(
    one: float, two: float, three: float, width: int
) -> None:
    low, strength, high = sorted((one, two, three))
    bar = interval_bar(strength, low, high, width=width)
    assert len(bar) == width and bar.count("●") == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CommandFailed(ExitCode.FAILED, "no"), 1),
        (SettingsError("settings-invalid", "ETHOGRAM_API_PORT"), 2),
        (InvalidRecord("schema", "x"), 2),
        (PluginError("plugin", "x"), 2),
        (SessionNotFound("session-not-found", "x"), 2),
        (EthogramError("fork-point", "x"), 2),
        (TransientError("kafka-unreachable", "x"), 3),
        (EthogramError("process-failed", "x"), 3),
        (OSError("disk full"), 3),
        (ZeroDivisionError("bug"), 3),
    ],
)
def test_every_failure_has_its_exit_code_and_no_trace(error: Exception, code: int) -> None:
    found, words = explained(error)
    assert found == code and words and "Traceback" not in words


def test_a_hostile_report_prints_harmlessly() -> None:
    seen = {"observations": 3, "why": HOSTILE}
    agent = {
        "agent_id": HOSTILE, "adapter": "python", "config": {"callable": HOSTILE}, "acts": 3, "cooperation": 0.5,
        "payoff": 3, "mean_payoff": 1, "outcomes": {}, "entropy": 0.1, "entropy_by_context": {},
        "principles": [
            {**seen, "name": HOSTILE, "strength": 0.9, "interval": [0.8, 1], "identifiable": True},
            {**seen, "name": "y", "strength": 0.5, "interval": [0, 1], "identifiable": False},
        ],
        "strategy": {"nearest": "x", "tremble": 0.1, "posterior": [{"strategy": HOSTILE, "probability": 1}]},
        "labels": {HOSTILE: 1}, "summary": HOSTILE,
        "prediction": {"n": 1, "log_loss": 0.1, "accuracy": 1, "next_choice": {}}, **_findings(HOSTILE),
    }  # fmt: skip
    vote = {"judge": "fairness", "vote": "reject", "reasons": [HOSTILE]}
    report = {
        "name": HOSTILE, "session_id": "s", "state": "completed", "reason": HOSTILE, "resolved_turns": 1,
        "planned_turns": 1, "agents": [agent], "scenarios": [], "dead_letters": 0, "champion": None,
        "arena": None,
        "tournaments": [{"game": HOSTILE, "pairing": "swiss", "heats": 1, "standings": [
            {"agent_id": HOSTILE, "rank": 1, "merit": 1, "score": 3, "played": 1, "wins": 1, "draws": 0, "losses": 0}
        ]}],
        "games": [{"game_id": "g1", "players": [HOSTILE], "played": 1, "turns": 1, "scores": {HOSTILE: 3},
                   "actions": {HOSTILE: HOSTILE}}],
        "verdicts": [{"agent_id": HOSTILE, "verdict": "reject", "votes": [vote]}],
        "scores": [{"agent_id": HOSTILE, "rank": 1, "total": 0.5, "metrics": {"x": 0.5}}],
        "audit": {"size": 1, "closing": True, "root": "ab"},
    }  # fmt: skip
    shown = _printed(report_view(report))
    assert "\x1b" not in shown and "\x07" not in shown and "\u202e" not in shown and "\x9b" not in shown
    assert "[bold" in shown


def test_findings_are_told_in_words() -> None:
    shown = _printed(Group(*finding_lines(_findings("ann"))))
    for words in (
        "after round 40 (0.97): ann → ann",
        "A in 60% of its acts, from game ann round 1 to game ann round 9: ann; ann 90%",
        "ann against ann, severity 0.80: ann (game ann round 3)",
        "ann: said with 5 acts, of which 1 kept and 2 broke it; lives by it 0.20",
        "ann, 3 times in 2 games (25%): ann",
        "ann 0.40 (0.10 – 0.70): ann",
        "ann: ann and 2 more; gives 0.10, gets 0.90 in 7 turns",
        "├ ann 0.80, since act 4",
        "└ ann 0.10, since act 4, gone after 9",
        "act 6: ann forked (0.50)",
    ):
        assert words in shown
    assert _printed(Group(*finding_lines(_findings("ann", many=30)))).count("and 26 more: --json tells them") == 7


def _findings(word: str, many: int = 1) -> dict[str, Any]:
    """Each kind of finding, with a word of the agent wherever one stands."""
    span = {"game": word, "round": 1, "last_game": word, "last_round": 9, "acts": 9}
    node = {"name": word, "parent": None, "born": 2, "died": None, "strength": 0.5}
    return {
        "switches": many * [{"round": 40, "posterior": 0.97, "before": word, "after": word}],
        "personalities": many * [{"name": "A", "acts": 9, "share": 0.6, "cooperation": 0.5, "conduct": word,
                                  "contexts": {word: 0.9}, "spans": [span]}],
        "contradictions": many * [{"kind": "claim", "between": [word, word], "severity": 0.8, "words": word,
                                   "game": word, "turn": 3, "edge": None}],
        "claims": many * [{"principle": word, "stated": 5, "kept": 1, "broken": 2, "enacted": 0.2,
                           "interval": [0.1, 0.3]}],
        "patterns": many * [{"shape": word, "occurrences": 3, "share": 0.25, "games": 2, "words": word,
                             "example": span}],
        "relations": many * [{"kind": word, "counterparts": [word], "count": 3, "turns": 7, "given": 0.1,
                              "received": 0.9}],
        "preferences": many * [{"name": word, "value": 0.4, "interval": [0.1, 0.7], "why": word}],
        "lineage": {
            "tree": [node, {**node, "parent": word, "born": 4, "strength": 0.8},
                     {**node, "parent": word, "born": 4, "died": 9, "strength": 0.1}],
            "changes": [{"act": 6, "change": "forked", "principle": word, "strength": 0.5, "branches": [word, word]}],
        },
    }  # fmt: skip


def _printed(view: RenderableType) -> str:
    screen = Console(file=io.StringIO(), width=120, color_system=None)
    screen.print(view)
    shown: str = screen.file.getvalue()  # type: ignore[attr-defined]
    return shown
