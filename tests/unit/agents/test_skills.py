"""An agent that was granted a skill may use it before it decides, through any adapter; nobody else may."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ethogram.agents import Answer, Observation, Request, answer_from, skills
from ethogram.agents.language_model import turn_in_words
from ethogram.agents.observation import observe
from ethogram.agents.parsing import answer_schema, parse
from ethogram.events import DecisionMade, ScenarioPresented
from ethogram.services.agent_runner import effects
from ethogram.topology import Deps
from tests.unit.agents.presented import game, seat

WISH = {"skill": "tally", "input": "all of it"}
Say = Callable[[Observation], object]


class Scripted:
    """An adapter whose agent answers by a function."""

    def __init__(self, say: Say) -> None:
        self.say, self.seen = say, []  # type: ignore[var-annotated]

    async def answer(self, request: Request) -> Answer:
        self.seen.append(request.observation)
        return answer_from(self.say(request.observation), request.observation)

    async def close(self) -> None:
        """Nothing is open."""


def turn(*granted: str) -> ScenarioPresented:
    one = seat(0, "scripted").model_copy(update={"skills": granted or None})
    return game(one, seat(1, strategy="ALLD"), history=("CDC", "CCD"))


def decided(monkeypatch: pytest.MonkeyPatch, say: Say, *granted: str) -> tuple[DecisionMade, list[Observation]]:
    adapter = Scripted(say)
    monkeypatch.setitem(effects._made, "scripted", adapter)
    (made,) = asyncio.run(effects.ask_seat(turn(*granted), "0", Deps(SimpleNamespace(), lambda: 0.0)))
    assert isinstance(made, DecisionMade)
    return made, adapter.seen


def by_tally(seen: Observation) -> object:
    return {"option": "D", "reasoning": seen.used[0].told} if seen.used else WISH


def test_a_granted_skill_is_used_told_and_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    made, seen = decided(monkeypatch, by_tally, "tally")
    assert made.outcome == "chosen" and made.option == "D" and made.skills is not None
    (call,) = made.skills
    assert (call.skill, call.given) == ("tally", "all of it")
    assert json.loads(call.told) == [{"in all": {"C": 2, "D": 1}, "after own": {"C": {"C": 1}, "D": {"D": 1}}}]
    assert [len(each.used) for each in seen] == [0, 1] and made.reasoning == call.told


@pytest.mark.parametrize("granted", [(), ("expected-payoff",)])
def test_what_was_not_granted_is_not_used(monkeypatch: pytest.MonkeyPatch, granted: tuple[str, ...]) -> None:
    made, _ = decided(monkeypatch, by_tally, *granted)
    assert made.outcome == "illegal" and made.skills is None
    assert f"skill 'tally' is not granted; granted: {', '.join(granted) or 'none'}" in str(made.error)


def test_who_never_decides_is_stopped_and_the_uses_stand_on_record(monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = decided(monkeypatch, lambda seen: WISH, "tally")
    assert made.outcome == "illegal" and "more than 4 uses" in str(made.error)
    assert made.skills is not None and len(made.skills) == 4


def test_a_skill_that_fails_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(given: str, seen: Observation) -> str:
        raise RuntimeError("no luck")

    monkeypatch.setattr(type(skills.PLUGINS), "load", lambda plugins, name: SimpleNamespace(about="", use=broken))
    made, _ = decided(monkeypatch, by_tally, "tally")
    assert made.reasoning == "the skill failed: RuntimeError: no luck"


def test_what_an_option_may_be_expected_to_pay() -> None:
    event = turn("expected-payoff")
    seen = observe(event, event.seats[0])
    assert json.loads(skills.used("expected-payoff", "", seen).told) == {"C": 2.0, "D": pytest.approx(3.667)}
    without = seen.model_copy(update={"payoffs": {}})
    assert "no table" in skills.used("expected-payoff", "", without).told


def test_a_model_is_told_of_its_skills_and_of_no_others_and_the_schema_lets_it_ask() -> None:
    with_one, without = (observe(event, event.seats[0]) for event in (turn("tally"), turn()))
    assert '"tally": "counts what' in turn_in_words(with_one) and "expected-payoff" not in turn_in_words(with_one)
    assert "skills" not in turn_in_words(without) and "skill" not in answer_schema(without)["properties"]
    properties: dict[str, Any] = answer_schema(with_one)["properties"]
    assert properties["skill"]["enum"] == ["tally", None]


@pytest.mark.parametrize(
    "reply", ['{"skill": "tally", "input": "x", "option": "C"}', 'Let me count. {"skill": "tally", "input": "x"}']
)
def test_a_reply_that_asks_for_a_skill_is_no_decision_yet(reply: str) -> None:
    event = turn("tally")
    with pytest.raises(skills.SkillWanted) as wish:
        parse(reply, observe(event, event.seats[0]))
    assert (wish.value.skill, wish.value.given) == ("tally", "x")


def test_a_reply_without_a_wish_is_a_decision() -> None:
    event = turn("tally")
    reply = '{"skill": null, "input": null, "option": "C", "confidence": 1, "reasoning": "", "claims": []}'
    assert parse(reply, observe(event, event.seats[0])).option == "C"
