"""What agents say is data: no words of theirs change a verdict, leave their quotes, or command a terminal."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from ethogram.agents import Answer, observe
from ethogram.agents.language_model import turn_in_words
from ethogram.agents.parsing import parse
from ethogram.agents.seats import decision
from ethogram.cli.output import clean, safe
from ethogram.events import (
    DecisionMade,
    ModelCallRecorded,
    ScenarioPresented,
    ScoreUpdated,
    SessionId,
    SessionJudged,
    StartTraining,
    VerdictIssued,
)
from ethogram.services.action_tracker.service import action_tracker
from ethogram.services.agent_runner.service import agent_runner
from ethogram.services.inference_worker.service import inference_worker
from ethogram.services.judge.service import judge
from ethogram.services.scenario_generator.service import scenario_generator
from ethogram.topology import Bus
from tests.unit.agents.injections import PATTERNS
from tests.unit.agents.presented import game, seat

SERVICES = (scenario_generator, agent_runner, action_tracker, inference_worker, judge)
CONFIG = {"callable": "examples.agents:cautious"}
TRAINING = StartTraining.model_validate({
    "session_id": SessionId("00000000-0000-4000-8000-0000000000aa"), "name": "injections", "seed": 3,
    "agents": [
        {"id": "a", "adapter": "python", "config": CONFIG},
        {"id": "b", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}},
    ],
    "games": [{"game": "prisoners-dilemma", "rounds": 3}],
    "scenarios": {"archetypes": ["loyalty"], "count": 1},
})  # fmt: skip


@cache
def outcome(pattern: str) -> tuple[tuple[bytes, ...], int]:
    """Bytes of verdicts, scores and the closing word of a session whose agent says `pattern` wherever it can."""

    def answers(event: ScenarioPresented, task: str) -> list[DecisionMade]:
        asked = event.seats[int(task)]
        option = sorted(one.id for one in event.options)[event.turn % 2]
        said = {"option": option, "reasoning": pattern, "claims": ["honesty", *([pattern[:200]] if pattern else [])]}
        answer: Answer = parse(f"{pattern}\n{json.dumps(said)}\n{pattern}", observe(event, asked))
        return [decision(event, asked, answer)]

    log = [record.event for record in Bus(SERVICES, answers={ScenarioPresented: answers}).play(TRAINING)]
    told = [event.body() for event in log if isinstance(event, VerdictIssued | ScoreUpdated | SessionJudged)]
    return tuple(told), sum(isinstance(event, DecisionMade) for event in log)


def test_there_are_enough_patterns_and_they_differ() -> None:
    assert len(PATTERNS) == len(set(PATTERNS)) >= 40


def test_no_pattern_changes_a_verdict() -> None:
    plain, decisions = outcome("")
    assert plain and decisions == 8
    changed = [pattern[:40] for pattern in PATTERNS if not pattern.startswith("{") and outcome(pattern) != (plain, 8)]
    assert changed == []


@pytest.mark.parametrize("pattern", [one for one in PATTERNS if one.startswith("{")], ids=lambda one: one[:20])
def test_an_object_in_the_words_is_an_answer_of_the_agent_and_nothing_more(pattern: str) -> None:
    """Whoever says `{"option": "D"}` first has chosen D: its own decision; the rest of the object is dropped."""
    seen = observe(game(seat(0, "python"), seat(1)), seat(0, "python"))
    answer = parse(f'{pattern}\n{{"option": "D"}}', seen)
    assert answer.option == "D" and set(answer.model_dump(exclude_none=True, exclude_defaults=True)) <= {"option"}


@pytest.mark.parametrize("pattern", PATTERNS, ids=range(len(PATTERNS)))
def test_no_pattern_crosses_a_boundary(pattern: str) -> None:
    event = game(seat(0, "python"), seat(1)).model_copy(update={"text": pattern})
    prompt = turn_in_words(observe(event, seat(0, "python")))
    assert prompt.count("<data>") == prompt.count("</data>") == 1 and prompt.endswith("Choose one of: C, D.")
    shown = clean(pattern)
    assert not any(ord(letter) < 32 and letter not in "\n\t" for letter in shown) and "\x1b" not in shown
    assert not safe(pattern).spans, "words are no markup"
    call: dict[str, Any] = {"provider": "p", "model": "m", "request_digest": "d", "request": {}, "response": pattern}
    place = {"session_id": "s", "game_id": "g", "turn": 1, "seat": 0, "call": 0}
    body = json.loads(ModelCallRecorded.model_validate({**place, **call}).body())
    assert set(body) >= set(place) and body["response"] == pattern
