"""The adapters of language models, with the real SDKs against a server that fails the way providers fail."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ethogram.agents import Answer, NoAnswer, Request, skills
from ethogram.agents.language_model import Anthropic, LanguageModel, OpenAI, OpenAICompatible
from ethogram.events import AgentId, DecisionMade, GameId, ModelCallRecorded, ScenarioPresented, SessionId
from ethogram.services.agent_runner import effects
from ethogram.services.agent_runner.service import agent_runner
from ethogram.testing.agents import GAME, round_of
from ethogram.topology import Deps, Driver, command_record
from tests.integration.models.stand_in import Say, StandIn

ADAPTERS: tuple[tuple[type[LanguageModel], str, str], ...] = (
    (OpenAI, "/v1", "/v1/responses"), (OpenAICompatible, "/v1", "/v1/chat/completions"),
    (Anthropic, "", "/v1/messages"),
)  # fmt: skip
GOOD = Say('{"option": "D", "confidence": 0.75, "reasoning": "because", "claims": ["honesty"]}')
SECRET = "sk-stand-in-0123456789"

each = pytest.mark.parametrize(("adapter", "prefix", "path"), ADAPTERS, ids=[one[0].__name__ for one in ADAPTERS])


class Scene:
    """What came of a number of turns."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.requests: list[Request] = []
        self.granted: tuple[str, ...] = ()

    def play(
        self, adapter: type[LanguageModel], prefix: str, *replies: Say, turns: int = 1, **config: Any
    ) -> list[Answer | BaseException]:
        async def scene() -> list[Answer | BaseException]:
            async with StandIn(replies) as server:
                settings = SimpleNamespace(home=self.home, models_urls=(), models_keys=(f"TEST_KEY@{server.url}",))
                agent = adapter(settings)
                full = {"model": "local-1", "base_url": server.url + prefix, "key": "TEST_KEY", **config}
                outcomes = [await self._one(agent, full, turn) for turn in range(turns)]
                await agent.close()
                self.asked = server.asked
                return outcomes

        return asyncio.run(scene())

    async def _one(self, agent: LanguageModel, config: dict[str, Any], turn: int) -> Answer | BaseException:
        seen = round_of("C" * turn, "D" * turn).model_copy(update={"skills": self.granted})
        request = Request(SessionId("s"), GameId("g"), 0, AgentId("a"), config, seen)
        self.requests.append(request)
        try:
            return await skills.answered(agent, request)
        except NoAnswer as reason:
            return reason


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setenv("TEST_KEY", SECRET)
    return Scene(tmp_path)


@each
def test_a_turn_is_asked_in_schema_mode_and_recorded(
    scene: Scene, adapter: type[LanguageModel], prefix: str, path: str
) -> None:
    chosen = {"temperature": 0.5} if "temperature" in adapter.keys else {}
    (answer,) = scene.play(adapter, prefix, GOOD, **chosen)
    assert answer == Answer(option="D", confidence=0.75, reasoning="because", claims=("honesty",))
    ((asked_path, headers, sent),) = scene.asked
    assert asked_path == path and SECRET in headers.get("authorization", "") + headers.get("x-api-key", "")
    assert "json_schema" in str(sent) and "'enum': ['C', 'D']" in str(sent) and chosen.items() <= sent.items()
    (call,) = scene.requests[0].calls.made
    assert call.request == sent, "the record holds exactly what was sent"
    assert (call.reply.tokens_in, call.reply.tokens_out, call.attempts, call.cached) == (11, 7, 1, False)
    assert call.reply.model == "stand-in-1" and SECRET not in repr(call)


@each
@pytest.mark.parametrize(
    "first",
    [
        Say(status=429, headers=(("Retry-After", "0.2"),)), Say(status=500), Say(status=529), Say("cut", cut=True),
        Say(body=b"<html>not json"), Say(body=b'{"surprise": true}'), Say(body=b"[]"),
    ],
    ids=["429", "500", "529", "cut", "html", "other-json", "list"],
)  # fmt: skip
def test_trouble_that_passes_is_tried_again(
    scene: Scene, adapter: type[LanguageModel], prefix: str, path: str, first: Say
) -> None:
    (answer,) = scene.play(adapter, prefix, first, GOOD)
    assert isinstance(answer, Answer) and len(scene.asked) == 2 and scene.requests[0].calls.made[0].attempts == 2


@each
def test_an_answer_that_is_streamed_is_read_and_recorded_as_one(
    scene: Scene, adapter: type[LanguageModel], prefix: str, path: str
) -> None:
    (answer,) = scene.play(adapter, prefix, GOOD, stream=True)
    assert answer == Answer(option="D", confidence=0.75, reasoning="because", claims=("honesty",))
    ((_, _, sent),) = scene.asked
    (call,) = scene.requests[0].calls.made
    assert sent["stream"] is True and call.request == sent, "the record holds exactly what was sent"
    assert (call.reply.tokens_in, call.reply.tokens_out, call.reply.model) == (11, 7, "stand-in-1")
    assert "because" in call.reply.raw


@each
@pytest.mark.parametrize(
    "first", [Say("cut", cut=True), Say(status=529), Say(body=b""), Say(body=b"data: {}\n\n")],
    ids=["cut", "529", "nothing", "no-end"],
)  # fmt: skip
def test_a_stream_that_breaks_off_is_asked_for_again(
    scene: Scene, adapter: type[LanguageModel], prefix: str, path: str, first: Say
) -> None:
    (answer,) = scene.play(adapter, prefix, first, GOOD, stream=True)
    assert isinstance(answer, Answer) and len(scene.asked) == 2 and scene.requests[0].calls.made[0].attempts == 2


@each
def test_a_streamed_refusal_is_one(scene: Scene, adapter: type[LanguageModel], prefix: str, path: str) -> None:
    (reason,) = scene.play(adapter, prefix, Say("I would rather not.", refused=True), stream=True)
    assert isinstance(reason, NoAnswer) and reason.outcome == "refused" and "rather not" in reason.message


@each
def test_silence_is_a_time_out(scene: Scene, adapter: type[LanguageModel], prefix: str, path: str) -> None:
    (reason,) = scene.play(adapter, prefix, Say("C", delay_s=5), timeout_s=0.1)
    assert isinstance(reason, NoAnswer) and reason.outcome == "timed-out" and len(scene.asked) == 3


@each
@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 307])
def test_a_request_that_is_wrong_is_sent_once(
    scene: Scene, adapter: type[LanguageModel], prefix: str, path: str, status: int
) -> None:
    (reason,) = scene.play(adapter, prefix, Say(status=status, headers=(("Location", "http://127.0.0.1:1/"),)))
    assert isinstance(reason, NoAnswer) and reason.outcome == "failed" and len(scene.asked) == 1
    assert str(status) in reason.message and SECRET not in reason.message


@each
def test_a_refusal_counts_as_one_and_is_recorded(
    scene: Scene, adapter: type[LanguageModel], prefix: str, path: str
) -> None:
    (reason,) = scene.play(adapter, prefix, Say("I would rather not.", refused=True))
    assert isinstance(reason, NoAnswer) and reason.outcome == "refused" and "rather not" in reason.message
    assert len(scene.requests[0].calls.made) == 1


@each
def test_a_skill_that_was_granted_is_used_before_the_decision(
    scene: Scene, adapter: type[LanguageModel], prefix: str, path: str
) -> None:
    scene.granted = ("tally",)
    wish = '{"option": "C", "confidence": 0.5, "reasoning": "", "claims": [], "skill": "tally", "input": "all"}'
    (answer,) = scene.play(adapter, prefix, Say(wish), GOOD)
    assert isinstance(answer, Answer) and answer.option == "D"
    (used,) = scene.requests[0].used
    assert (used.skill, used.given) == ("tally", "all")
    assert len(scene.requests[0].calls.made) == len(scene.asked) == 2
    assert "after own" in str(scene.asked[1][2]) and "after own" not in str(scene.asked[0][2])


@each
def test_one_repair_turn_is_granted(scene: Scene, adapter: type[LanguageModel], prefix: str, path: str) -> None:
    (answer,) = scene.play(adapter, prefix, Say("Well, it depends."), GOOD)
    assert isinstance(answer, Answer) and len(scene.requests[0].calls.made) == 2
    assert "That is no answer" in str(scene.asked[1][2]) and "it depends" in str(scene.asked[1][2])


@each
def test_and_no_second_one(scene: Scene, adapter: type[LanguageModel], prefix: str, path: str) -> None:
    (reason,) = scene.play(adapter, prefix, Say("Well, it depends."))
    assert isinstance(reason, NoAnswer) and reason.outcome == "unparsable" and len(scene.asked) == 2


def test_after_three_failures_the_breaker_sends_nothing_more(scene: Scene) -> None:
    first, second = scene.play(OpenAICompatible, "/v1", Say(status=500), turns=2)
    assert isinstance(first, NoAnswer) and isinstance(second, NoAnswer)
    assert len(scene.asked) == 3 and "breaker-open" in second.message


def test_the_same_training_again_calls_no_model(scene: Scene) -> None:
    first = scene.play(OpenAICompatible, "/v1", GOOD, turns=5, base_url="http://127.0.0.1:9/v1", key="NO")
    assert all(isinstance(one, NoAnswer) for one in first) and not scene.asked, "failures are not kept"

    async def twice() -> tuple[int, int]:
        async with StandIn((GOOD,)) as server:
            for _ in range(2):
                agent = OpenAICompatible(SimpleNamespace(home=scene.home, models_urls=(), models_keys=()))
                for turn in range(5):
                    assert await scene._one(agent, {"model": "local-1", "base_url": server.url}, turn)
                await agent.close()
            return len(server.asked), sum(call.cached for one in scene.requests for call in one.calls.made)

    assert asyncio.run(twice()) == (5, 5)


def test_a_reply_of_a_megabyte_is_read_and_one_that_fits_no_record_is_not(scene: Scene) -> None:
    padding = "x" * 2**20
    (answer,) = scene.play(OpenAICompatible, "/v1", Say(padding[:100_000] + '{"option": "C"}' + padding))
    assert answer == Answer(option="C")
    (reason,) = scene.play(OpenAICompatible, "/v1", Say(padding * 2))
    assert isinstance(reason, NoAnswer) and "reply-too-long" in reason.message


@pytest.mark.parametrize(
    "config",
    [
        {"base_url": "https://evil.example.org/v1"}, {"base_url": "http://169.254.169.254/latest"},
        {"base_url": "http://127.0.0.1/../x"}, {"key": "HOME"}, {"key": "../key"}, {"key": SECRET},
    ],
)  # fmt: skip
def test_an_event_cannot_widen_rights(scene: Scene, config: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    kind = OpenAICompatible.kind._replace(make=lambda url, key: made.append(url))
    monkeypatch.setattr(OpenAICompatible, "kind", kind)
    (reason,) = scene.play(OpenAICompatible, "/v1", GOOD, **config)
    assert isinstance(reason, NoAnswer) and reason.outcome == "failed" and not made and not scene.asked
    assert SECRET not in reason.message


def presented(config: dict[str, Any]) -> ScenarioPresented:
    return ScenarioPresented.model_validate(
        {"session_id": "s", "game_id": "g001", "turn": 1, "turns": 3, "kind": "game", "seed": "1", "text": "Choose.",
         "options": GAME, "history": ("", ""),
         "seats": [{"seat": 0, "agent_id": "a", "adapter": "model", "config": config}]}
    )  # fmt: skip


def test_the_runner_records_each_call_before_the_decision_that_names_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> list[Any]:
        async with StandIn((Say("hm"), GOOD)) as server:
            settings = SimpleNamespace(home=scene.home, models_urls=(), models_keys=(f"TEST_KEY@{server.url}",))
            agent = Anthropic(settings)
            monkeypatch.setitem(effects._made, "model", agent)
            event = presented({"model": "local-1", "base_url": server.url, "key": "TEST_KEY"})
            said = list(await effects.ask_seat(event, "0", Deps(settings, lambda: 0.0)))
            await agent.close()
            return said

    first, second, decision = asyncio.run(run())
    assert isinstance(first, ModelCallRecorded) and isinstance(second, ModelCallRecorded)
    assert isinstance(decision, DecisionMade) and decision.option == "D"
    assert decision.calls == (first.request_digest, second.request_digest)
    assert (first.call, second.call) == (0, 1) and first.id != second.id
    assert SECRET.encode() not in first.body() + second.body() + decision.body()


def test_a_replay_calls_no_model(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object) -> None:
        raise AssertionError("the network is closed")

    monkeypatch.setattr(socket.socket, "connect", closed)
    monkeypatch.setattr(LanguageModel, "answer", closed)
    record = command_record(presented({"model": "local-1", "base_url": "http://127.0.0.1:9"}))
    assert Driver(agent_runner).feed(record) == ()
