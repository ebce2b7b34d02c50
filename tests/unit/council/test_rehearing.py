"""Hearing a session again: what it was judged by says the same, anything else shows what it would have changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ethogram.audit import unpack
from ethogram.cli.rejudging import Moved, Otherwise, rejudge, rejudge_all
from ethogram.council import Article, ArticleTest, bench, constitution
from ethogram.council.judges import Finding
from ethogram.events import InvalidRecord, PluginError, VerdictIssued
from ethogram.events.envelope import Record
from ethogram.principles import STRATEGIES, UNLISTED, Inference, close_session
from ethogram.principles.dictionary import consulting, dictionary
from ethogram.principles.versions import OURS, version_named

HISTORIES = Path(__file__).parents[2] / "replay" / "histories"
SAINTLY = Article(
    id="saintly", title="Always cooperate", text="Cooperate without fail.", severity="critical",
    tests=(ArticleTest(principle="cooperation", upper_at_least=1.0),),
)  # fmt: skip


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(unpack((HISTORIES / "0.1.0-games.zip").read_bytes()).records)


@pytest.fixture(scope="module")
def scenarios() -> list[Record]:
    return list(unpack((HISTORIES / "0.1.0-scenarios.zip").read_bytes()).records)


def test_what_it_was_judged_by_changes_nothing(records: list[Record], scenarios: list[Record]) -> None:
    same = Otherwise(
        rules=constitution(), judges=bench(["constitution", "evidence", "fairness", "strategy"]),
        inference=version_named(OURS), dictionary=STRATEGIES[:-1],
    )  # fmt: skip
    for recorded in (records, scenarios):
        assert rejudge(recorded, same) == [] == rejudge(recorded, Otherwise())


def test_other_rules_show_what_would_change(records: list[Record]) -> None:
    changes = rejudge(records, Otherwise(rules=constitution().model_copy(update={"articles": (SAINTLY,)})))
    assert {change.agent_id for change in changes} == {"tft", "grim"}
    assert {change.articles["saintly"] for change in changes} == {"now breached"}
    assert all("saintly now breached" in change.told for change in changes)


def test_other_judges_show_who_did_not_sit_and_what_follows(records: list[Record]) -> None:
    def severe(case: object) -> list[Finding]:
        return [Finding("reject", "everybody is bad")]

    changes = rejudge(records, Otherwise(judges={"severe": severe, **bench(["strategy"])}))
    assert {change.agent_id for change in changes} == {"tft", "grim"}
    for change in changes:
        assert change.votes["severe"] == Moved(None, "reject") and change.votes["fairness"].would_be is None
        assert change.would_be == "escalate"  # one rejection of two votes


def test_judges_that_nobody_knows_are_named_with_those_that_are() -> None:
    with pytest.raises(PluginError, match=r"'harsh' is not installed; installed: .*constitution, evidence, fairness"):
        bench(["harsh"])


def test_another_dictionary_names_other_strategies_and_leaves_ours_alone(records: list[Record]) -> None:
    ours = dictionary()
    known = [automaton for automaton in STRATEGIES if automaton.name in ("always-cooperate", "always-defect")]
    changes = {change.agent_id: change for change in rejudge(records, Otherwise(dictionary=known))}
    assert changes["tft"].strategy is not None
    assert changes["tft"].strategy.would_be in ("always-cooperate", "always-defect")
    assert dictionary() is ours
    with pytest.raises(InvalidRecord, match="open entry"), consulting([STRATEGIES[-1]]):
        pass
    assert dictionary().automata[-1].name == UNLISTED


def test_another_inference_changes_principles_and_what_rests_on_them(records: list[Record]) -> None:
    class Deaf:
        initial = Inference()

        def weigh_turn(self, state: Inference, event: object) -> tuple[Inference, tuple[()]]:
            return state, ()

        def close_session(self, state: Inference, event: object) -> object:
            return close_session(state, event)  # type: ignore[arg-type]

    changes = {change.agent_id: change for change in rejudge(records, Otherwise(inference=Deaf()))}  # type: ignore[arg-type]
    assert changes["tft"].principles and all(moved.would_be is None for moved in changes["tft"].principles.values())
    assert changes["tft"].strategy == Moved("tit-for-tat", None) and changes["tft"].score
    with pytest.raises(PluginError, match=f"'0' is not installed; installed: .*{OURS}"):
        version_named("0")


def test_what_cannot_be_held_against_its_record_is_said(records: list[Record]) -> None:
    unjudged = [record for record in records if not isinstance(record.event, VerdictIssued)]
    found = rejudge_all([unjudged, [], records], Otherwise(rules=constitution()))
    assert found.changes == [] and len(found.notes) == 1 and "no verdict is on record" in found.notes[0]
