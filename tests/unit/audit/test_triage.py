"""Triage: every refusal that the program knows has a pattern, and what is unforeseen is told apart by its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ethogram
from ethogram.audit import PATTERNS, Circumstances, triage

ROOT = Path(ethogram.__file__).parent
KNOWN = sorted(
    {
        code
        for path in [*ROOT.rglob("*.py"), *(ROOT / "services").resolve().rglob("*.py")]
        for code in re.findall(r'raise InvalidRecord\(\s*"([a-z-]+)"', path.read_text())
    }
)


def about(code: str = "unforeseen", message: str = "", **update: object) -> Circumstances:
    given = {"stage": "decide", "code": code, "message": message, "foreseen": code != "unforeseen", **update}
    return Circumstances.model_validate(given)


def test_there_are_more_than_twenty_patterns_each_with_a_next_step() -> None:
    assert len({pattern.name for pattern in PATTERNS}) == len(PATTERNS) >= 20
    assert all(pattern.cause and pattern.next_step and 0 < pattern.confidence < 1 for pattern in PATTERNS)


@pytest.mark.parametrize("code", KNOWN)
def test_every_refusal_in_the_code_has_a_pattern_of_its_own(code: str) -> None:
    assert triage(about(code)).pattern not in ("unknown", "refused")


@pytest.mark.parametrize(
    ("message", "pattern"),
    [
        ("OperationalError: could not extend file: No space left on device (in settle, line 9)", "disk-full"),
        ("MemoryError:  (in run, line 3)", "memory"),
        ("DeadlockDetected: deadlock detected", "deadlock"),
        ("UniqueViolation: duplicate key value violates unique constraint", "database-constraint"),
        ('UndefinedColumn: column "reason" does not exist', "database-schema"),
        ("OperationalError: server closed the connection unexpectedly", "database-connection"),
        ("DataError: integer out of range", "database-value"),
        ("KafkaException: KafkaError{code=_TRANSPORT}", "kafka"),
        ("HTTPStatusError: 429 Too Many Requests", "rate-limit"),
        ("HTTPStatusError: 401 Unauthorized", "authentication"),
        ("SSLError: certificate verify failed", "tls"),
        ("gaierror: [Errno -2] Name or service not known", "name-resolution"),
        ("HTTPStatusError: 503 Service Unavailable", "http-server"),
        ("HTTPStatusError: 422 Unprocessable", "http-client"),
        ("BadAnswer: the model refused", "model"),
        ("TimeoutError: timed out", "time-out"),
        ("ConnectionResetError: connection reset by peer", "network"),
        ("ModuleNotFoundError: No module named 'mine'", "agent"),
        ("OSError: too many open files", "files"),
        ("KeyError: 'seat' (in resolve, line 80)", "fault-of-ours"),
        ("Gremlin: something else", "unknown"),
    ],
)
def test_what_is_unforeseen_is_told_by_its_words(message: str, pattern: str) -> None:
    assert triage(about(message=message)).pattern == pattern


def test_severity_rises_with_repetition_and_with_redrives_in_vain() -> None:
    assert triage(about("schema")).severity == "medium"
    many = triage(about("schema", alike=10))
    assert (many.severity, many.raised) == ("high", ("10 alike",))
    assert triage(about("schema", alike=10, redrives=2)).severity == "critical"
    assert triage(about("gap", alike=99)).severity == "critical"


def test_a_refusal_of_a_plugin_is_explained_too() -> None:
    found = triage(about("their-own-code", "too bold"))
    assert found.pattern == "refused" and found.confidence < 0.7


CORPUS = (Path(__file__).parent / "dead_letters.txt").read_text(encoding="utf-8").splitlines()


def test_of_a_corpus_of_dead_letters_nearly_all_are_told_apart_without_any_model() -> None:
    unknown = [line for line in CORPUS if triage(about(message=f"{line} (in settle, line 7)")).pattern == "unknown"]
    assert len(CORPUS) >= 130
    assert len(unknown) <= len(CORPUS) // 100, unknown
