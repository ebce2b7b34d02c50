"""Hearing a session again: the rules of this release say the same, stricter ones say more."""

from __future__ import annotations

from pathlib import Path

from ethogram.audit import unpack
from ethogram.cli.rejudging import rejudge
from ethogram.council import Article, ArticleTest, constitution

HISTORIES = Path(__file__).parents[2] / "replay" / "histories"


def test_other_rules_show_what_would_change_and_the_same_rules_show_nothing() -> None:
    records = unpack((HISTORIES / "0.1.0-games.zip").read_bytes()).records
    assert rejudge(records, constitution()) == []
    saintly = Article(
        id="saintly", title="Always cooperate", text="Cooperate without fail.", severity="critical",
        tests=(ArticleTest(principle="cooperation", upper_at_least=1.0),),
    )  # fmt: skip
    changes = rejudge(records, constitution().model_copy(update={"articles": (saintly,)}))
    assert {change.agent_id for change in changes} == {"tft", "grim"}
    assert {change.articles["saintly"] for change in changes} == {"now breached"}
