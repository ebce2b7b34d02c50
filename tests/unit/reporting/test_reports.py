"""Reports that travel: small however large the session, and nothing in them is obeyed by whoever opens them."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.reporting import (
    COLUMNS,
    MOST_BYTES,
    csv_lines,
    json_lines,
    junit_of,
    page_of,
    write_hugging_face,
    write_parquet,
)
from ethogram.reporting.markup import tag
from ethogram.reporting.plots import Point

HOSTILE = "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[2J\u202e\" onload='x'"
PRINCIPLES = ("autonomy", "cooperation", "fairness", "honesty", "loyalty", "niceness", "prudence", "reciprocity")
SESSION = "cc1e8475-7046-48bc-89bc-6926556f8e88"


class Seen(HTMLParser):
    """Every element, attribute and link target of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, set[str]] = {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, set()).add(value or "")


def agent(name: str, words: str = "it keeps faith") -> dict[str, Any]:
    principles = [
        {"name": one, "strength": 0.9, "interval": [0.8, 0.97], "observations": 40, "identifiable": one != "prudence",
         "why": words, "contexts": {}, "supporting": [f"{name}-{one}-{number}" for number in range(20)],
         "contradicting": []}
        for one in PRINCIPLES
    ]  # fmt: skip
    return {
        "agent_id": name, "adapter": "builtin", "config": {"strategy": words}, "acts": 100, "cooperation": 0.5,
        "payoff": 200, "entropy": 0.9, "principles": principles, "summary": words, "switches": [], "personalities": [],
        "preferences": [],
        "strategy": {"posterior": [{"strategy": words, "probability": 0.9}], "nearest": words, "tremble": 0.01},
        "labels": {"nice": 0.9, words[:30]: 0.5}, "contradictions": [], "claims": [],
        "lineage": {"tree": [{"name": words, "born": 3, "strength": 0.9}], "changes": []},
        "prediction": {"log_loss": 0.2, "accuracy": 0.9, "n": 50},
    }  # fmt: skip


def report(names: list[str], words: str = "it keeps faith", turns: int = 3) -> dict[str, Any]:
    votes = [{"judge": "evidence", "vote": "approve", "reasons": [words], "evidence": [f"{names[0]}-autonomy-0"]}]
    return {
        "session_id": SESSION, "name": words, "state": "completed", "mode": "auto", "seed": 7, "reason": None,
        "planned_turns": turns, "resolved_turns": turns, "started_at": "2026-01-01T00:00:00.000Z",
        "agents": [agent(name, words) for name in names],
        "verdicts": [{"agent_id": name, "verdict": "approve", "votes": votes, "dissent": []} for name in names],
        "scores": [{"agent_id": name, "rank": place, "total": 0.9, "metrics": {"candour": 1.0},
                    "weights": {"candour": 1}}
                   for place, name in enumerate(names, 1)],
        "champion": {"agent_id": names[0], "total": 0.9, "margin": 0.1, "runner_up": names[-1]}, "arena": None,
        "games": [
            {"game": "prisoners-dilemma", "game_id": f"g{place:04}", "players": [one, names[place - 1]], "turns": 9,
             "played": 9, "actions": {one: "CD" * 400, names[place - 1]: "DC" * 400},
             "scores": {one: 20, names[place - 1]: 21}}
            for place, one in enumerate(names) if len(names) > 1
        ],
        "tournaments": [
            {"game": "prisoners-dilemma", "pairing": "swiss", "standings": [
                {"agent_id": name, "rank": place, "merit": 2.5, "score": 41, "played": 3, "wins": 2, "draws": 1,
                 "losses": 0}
                for place, name in enumerate(names, 1)
            ]}
        ],
        "scenarios": [
            {"agent_id": name, "turn": 1, "archetype": "loyalty", "counterpart": words, "conduct": "C", "choice": words,
             "outcome": "chosen", "decision_id": f"d-{name}", "reasoning": words} for name in names
        ],
        "audit": {"size": 9, "closing": True, "root": "r", "digest": "d", "signed_at": None}, "dead_letters": 0,
    }  # fmt: skip


def decision(event_id: str, words: str) -> dict[str, Any]:
    where = {"event_id": event_id, "game_id": "g001", "turn": 3, "agent_id": "a"}
    return {**where, "outcome": "chosen", "option": "C", "reasoning": words}


def test_what_agents_say_stays_text_on_the_page() -> None:
    page = page_of(report(["a", "b"], HOSTILE), {}, [decision("a-autonomy-0", HOSTILE)])
    seen = Seen(page)
    assert not seen.tags & {"script", "img", "iframe", "object", "link", "base", "form"}
    assert not {name for name in seen.attributes if name.startswith("on")} | (set(seen.attributes) & {"src", "style"})
    assert "\x1b" not in page and "\u202e" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "default-src 'none'; style-src 'sha256-" in page


def test_standings_are_shown_and_payoffs_of_games_that_cannot_be_compared_are_not() -> None:
    told = report(["a", "b"])
    page = page_of(told, {}, [])
    assert "prisoners-dilemma, swiss" in page and "Mean payoff a turn" in page
    told["games"][0]["game"] = "chicken"
    assert "Mean payoff a turn" not in page_of(told, {}, [])


def test_evidence_is_linked_where_it_is_shown() -> None:
    seen = Seen(page_of(report(["a", "b"]), {}, [decision("a-autonomy-0", "because")]))
    targets = {link.removeprefix("#") for link in seen.attributes["href"]}
    assert targets == {"e-a-autonomy-0"} and targets <= seen.attributes["id"]


def test_strengths_over_time_are_drawn() -> None:
    course = [Point(acts, 0.5 + acts / 1_000, 0.4, 0.9) for acts in range(10, 400)]
    with_course = page_of(report(["a", "b"]), {"a": {"honesty": course}}, [])
    assert "<polyline" in with_course and "honesty over 399 acts" in with_course
    assert "<polyline" not in page_of(report(["a", "b"]), {}, [])


def test_a_report_stays_small_however_large_the_session() -> None:
    names = [f"agent-{number:04}" for number in range(2_000)]
    course = [Point(acts, 0.7, 0.6, 0.9) for acts in range(1_000)]
    courses = {name: dict.fromkeys(PRINCIPLES, course) for name in names[:50]}
    page = page_of(report(names, "w" * 1_000_000), courses, [decision(str(at), "r" * 10_000) for at in range(400)])
    assert 200_000 < len(page.encode()) < MOST_BYTES


def test_a_session_without_anything_has_a_page_too() -> None:
    nothing = {
        **report(["a"]),
        "verdicts": [],
        "scores": [],
        "games": [],
        "tournaments": [],
        "scenarios": [],
        "champion": None,
        "agents": [],
    }
    assert "Nothing was inferred" in page_of({**nothing, "state": "failed", "reason": "no agents came"}, {}, [])


@given(st.text())
def test_text_comes_back_as_it_was_or_marked(text: str) -> None:
    seen: list[str] = []
    parser = HTMLParser(convert_charrefs=True)
    parser.handle_data = seen.append  # type: ignore[method-assign]
    parser.feed(tag("p", text))
    parser.close()
    assert len("".join(seen)) == len(text) or len(text) > 600


def act(**given: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    return {**row, "number": 1, "turn": 1, "payoff": 3.0, "confidence": None, "latency_ms": 1.5, **given}


def test_rows_of_all_forms_say_the_same(tmp_path: Path) -> None:
    rows = [act(number=number, reasoning=f'line\n{number}, "quoted"') for number in (1, 2, 3)]
    lines = [json.loads(line) for line in json_lines(rows)]
    table = list(csv.DictReader(io.StringIO("".join(csv_lines(rows)))))
    assert write_parquet(rows, tmp_path / "acts.parquet", {"session_id": SESSION}) == 3
    stored = parquet.read_table(tmp_path / "acts.parquet")
    assert lines == rows == stored.to_pylist()
    assert [row["reasoning"] for row in table] == [row["reasoning"] for row in rows]
    assert stored.schema.metadata[b"session_id"].decode() == SESSION and stored.column_names == list(COLUMNS)


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_spreadsheet_computes_nothing_that_an_agent_said(formula: str) -> None:
    (row,) = csv.DictReader(io.StringIO("".join(csv_lines([act(reasoning=formula)]))))
    assert row["reasoning"] == f"'{formula}"


def test_the_layout_of_hugging_face_is_a_card_and_parquet(tmp_path: Path) -> None:
    assert write_hugging_face([act()], tmp_path / "set", 'a "title"\n---\nx: y', {"session_id": SESSION}) == 1
    card = (tmp_path / "set" / "README.md").read_text(encoding="utf-8")
    assert card.split("---\n")[1].count("\n") == 7 and "path: data/train-*.parquet" in card
    assert parquet.read_table(tmp_path / "set" / "data").num_rows == 1


def test_junit_fails_where_the_council_does_not_approve() -> None:
    told = report(["a", "b"], HOSTILE)
    told["verdicts"][1] = {**told["verdicts"][1], "verdict": "reject"}
    suite = ElementTree.fromstring(junit_of(told))[0]
    assert suite.attrib | {"tests": "2", "failures": "1", "errors": "0"} == suite.attrib
    assert [case.find("failure") is not None for case in suite] == [False, True]
    unfinished = ElementTree.fromstring(junit_of({**told, "state": "cancelled"}))[0]
    assert unfinished.attrib["errors"] == "1" and unfinished[-1].find("error") is not None
