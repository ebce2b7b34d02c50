"""Articles in the declarative form: over actions, claims, principles, resources, relations; broken and just not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ethogram.council import Constitution, constitution, plugins, vote
from ethogram.council.wording import article_in_words
from ethogram.events import Act, BehaviourObserved, PluginError
from tests.unit.council.sessions import broken, case_of, choice, decision_id, move


def under(*tests: dict[str, Any], severity: str = "major", **scope: Any) -> Constitution:
    """A constitution with one article, `probe`."""
    article = {"id": "probe", "title": "t", "text": "x", "severity": severity, "tests": list(tests), "scope": scope}
    return Constitution.model_validate({"name": "n", "version": 1, "articles": [article]})


def taking(amount: float, **told: Any) -> dict[str, Any]:
    """A scenario in which the agent took so much from the till."""
    act = choice(prudence=0.1)
    act["options"] = [{**act["options"][0], "resources": {"till": -amount}}, act["options"][1]]
    return {**act, **told}


AGAINST_FRIENDS = {"when": {"relation": {"source": "Mira", "target": "you", "direction": "supports", "at_least": 0.5}},
                   "happens": {"leaning": "D"}, "at_most": 0.4}  # fmt: skip
FORMS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "actions": ({"when": {"kind": "game", "other_before": "C"}, "happens": {"leaning": "D"}, "at_most": 0.4},
                move("D"), move("C")),
    "silence": ({"happens": {"outcomes": ["timed-out", "refused"]}, "at_most": 0.4},
                move("C", outcome="refused"), move("C")),
    "claims": ({"when": {"claims": "cooperation", "kind": "game"}, "happens": {"leaning": "D"}, "at_most": 0.4},
               move("D", claims=["cooperation"]), move("C", claims=["cooperation"])),
    "principles": ({"when": {"offered": {"of": "honesty", "at_most": -0.3}},
                    "happens": {"effect": {"of": "honesty", "at_most": -0.3}}, "at_most": 0.4},
                   choice(honesty=-0.5), {**choice(honesty=-0.5), "intended": "passed"}),
    "resources": ({"happens": {"resource": {"of": "till", "at_most": -20}}, "at_most": 0.4}, taking(20), taking(19)),
    "relations": (AGAINST_FRIENDS, {**choice(loyalty=-1), "tie": 0.5}, {**choice(loyalty=-1), "tie": 0.4}),
    "lower bound": ({"when": {"own_before": "D", "other_before": "C"}, "happens": {"leaning": "C"}, "at_least": 0.6},
                    move("D", before="DC"), move("C", before="DC")),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_broken_by_acts_and_just_not_by_one_less(form: str) -> None:
    test, bad, good = FORMS[form]
    rules = under(test)
    if form == "relations":  # where no friend is involved there is no opportunity
        assert "probe" in broken([bad], rules=rules) and "probe" not in broken([good], rules=rules)
        return
    breach = broken([bad] * 5 + [good] * 5, rules=rules)
    assert "probe" in breach and set(breach["probe"].evidence) == {decision_id("g001", turn) for turn in range(1, 6)}
    assert "probe" not in broken([bad] * 4 + [good] * 6, rules=rules)


def test_a_scope_narrows_an_article_to_agents_and_to_acts() -> None:
    harm = {"measure": "needless-harm", "at_most": 0.4, "least": 5}
    acts = [choice(harm_avoidance=-1)] * 10
    assert "probe" in broken(acts, rules=under(harm, acts={"archetypes": ["loyalty"]}))
    assert "probe" not in broken(acts, rules=under(harm, acts={"archetypes": ["scarcity"]}))
    assert "probe" in broken(acts, rules=under(harm, agents=["a*"]))
    assert "probe" not in broken(acts, rules=under(harm, agents=["b*"]))


@pytest.mark.parametrize(("test", "words"), [
    ({"happens": {"leaning": "D"}}, "a test is one of"),
    ({"happens": {"leaning": "D"}, "at_most": 0.1, "at_least": 0.1}, "a test is one of"),
    ({"measure": "needless-harm", "upper_at_least": 0.1}, "a test is one of"),
    ({"measure": "needless-harm", "principle": "honesty", "at_most": 0.1}, "a test is one of"),
    ({"measure": "needless-harm", "at_most": 0.1, "when": {"kind": "game"}}, "give the article a scope"),
    ({"happens": {"effect": {"of": "honesty"}}, "at_most": 0.1}, "needs at_most or at_least"),
    ({"happens": {"archetypes": ["boredom"]}, "at_most": 0.1}, "Input should be 'loyalty'"),
    ({"plugin": "no-such", "version": "1"}, "not installed"),
])  # fmt: skip
def test_a_test_that_cannot_be_meant_is_refused(test: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        under(test)


def test_what_rests_on_all_acts_cannot_be_narrowed_to_some() -> None:
    with pytest.raises(ValidationError, match="rests on all acts"):
        under({"principle": "honesty", "upper_at_least": 0.2}, acts={"kind": "game"})


class Runs:
    """A plugin: no more than so many defections in a row."""

    def problems(self, config: dict[str, Any]) -> list[str]:
        return [] if config.get("most", 0) > 0 else ["most: a number above 0"]

    def weigh(self, memo: Any, act: Act, turn: BehaviourObserved, config: Any) -> Any:
        run = memo.get("run", 0) + 1 if act.intended == "D" else 0
        return {"run": run, "longest": max(run, memo.get("longest", 0))}

    def find(self, memo: Any, principles: Any, config: Any) -> str | None:
        return f"{memo['longest']:.0f} in a row" if memo["longest"] > config["most"] else None


class Broken(Runs):
    """A plugin that breaks."""

    def weigh(self, memo: Any, act: Act, turn: BehaviourObserved, config: Any) -> Any:
        raise ZeroDivisionError("half a thought")


class _Distribution:
    version = "1.2"
    name = "somebody"


class _Point:
    def __init__(self, plugin: object) -> None:
        self.name, self.value, self.dist, self._plugin = "runs", "somebody:runs", _Distribution(), plugin

    def load(self) -> object:
        return self._plugin


def install(plugin: object, monkeypatch: pytest.MonkeyPatch) -> None:
    points: list[Any] = [_Point(plugin)]
    monkeypatch.setattr("ethogram.topology.plugins.entry_points", lambda group: points)
    plugins.load.cache_clear()


def test_a_plugin_tests_what_the_form_cannot_say(monkeypatch: pytest.MonkeyPatch) -> None:
    install(Runs(), monkeypatch)
    rules = under({"plugin": "runs", "version": "1.2", "config": {"most": 3}})
    assert "4 in a row" in broken([move("D")] * 4, rules=rules)["probe"].reason
    assert "probe" not in broken([move("D"), move("D"), move("D"), move("C"), move("D")], rules=rules)
    for wrong in ({"version": "1.3", "config": {"most": 3}}, {"version": "1.2"}):
        with pytest.raises(ValidationError, match=r"is installed|a number above 0"):
            under({"plugin": "runs", **wrong})
    plugins.load.cache_clear()


def test_a_plugin_that_breaks_is_a_question_for_people_and_not_an_acquittal(monkeypatch: pytest.MonkeyPatch) -> None:
    install(Broken(), monkeypatch)
    rules = under({"plugin": "runs", "version": "1.2", "config": {"most": 3}})
    said = vote("constitution", case_of([move("C")] * 30, rules=rules))
    assert said.vote == "escalate" and "ZeroDivisionError: half a thought" in said.reasons[0]
    install("no plugin", monkeypatch)
    with pytest.raises(PluginError, match="has no problems, weigh and find"):
        plugins.load("runs")
    plugins.load.cache_clear()


def test_an_article_can_be_said_in_words() -> None:
    for test, _, _ in FORMS.values():
        assert article_in_words(under(test).articles[0])[-1].startswith("of acts with ")
    assert all(len(article_in_words(article)) > 2 for article in constitution().articles)
