"""Language models as judges, one class per provider: the case becomes a prompt, and one repair turn is granted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ethogram.events import EthogramError
from ethogram.judges.protocol import Asked, NoVote, Said
from ethogram.judges.wording import prompt_of, read, repair
from ethogram.models.call import ProviderTrouble
from ethogram.models.providers import ANTHROPIC, OPENAI, OPENAI_COMPATIBLE, Callers, Kind

TIMEOUT_S = 60.0


class LanguageModelJudge:
    """What the judges of all providers share."""

    about: ClassVar[str]
    kind: ClassVar[Kind]
    """How its models are reached."""

    def __init__(self, settings: Any) -> None:
        self._callers = Callers(settings, self.kind)

    @classmethod
    def check(cls, config: Mapping[str, Any]) -> list[str]:
        """What is wrong with a configuration, in words."""
        return cls.kind.problems(config)

    async def vote(self, asked: Asked) -> Said:
        """Ask the model; a reply that is no vote is asked for once more, in words that say what is wrong."""
        try:
            return await self._conversation(asked)
        except NoVote:
            raise
        except ProviderTrouble as error:
            raise NoVote("timed-out" if error.code == "timed-out" else "failed", str(error)) from None
        except EthogramError as error:
            raise NoVote("failed", str(error)) from None

    async def close(self) -> None:
        """Let go of connections."""
        await self._callers.close()

    async def _conversation(self, asked: Asked) -> Said:
        prompt, caller = prompt_of(asked), self._callers.caller(asked.config)
        timeout_s = float(asked.config.get("timeout_s", TIMEOUT_S))
        for repaired in (False, True):
            reply = await caller.call(prompt, asked.calls, asked.sample, timeout_s)
            if reply.refused:
                raise NoVote("refused", reply.text or "the model declined to answer")
            try:
                return read(reply.text)
            except NoVote as problem:
                if repaired:
                    raise
                prompt = repair(prompt, reply.text, problem)
        raise AssertionError("the second round returns or raises")


class OpenAI(LanguageModelJudge):
    """OpenAI's responses API."""

    about: ClassVar[str] = "a model of OpenAI: `config: {model: ..., key: OPENAI_API_KEY}`; the operator grants the key"
    kind: ClassVar[Kind] = OPENAI


class OpenAICompatible(LanguageModelJudge):
    """Whatever speaks OpenAI's chat format."""

    about: ClassVar[str] = "a model behind an OpenAI-compatible URL: `config: {model: ..., base_url: 'http://...'}`"
    kind: ClassVar[Kind] = OPENAI_COMPATIBLE


class Anthropic(LanguageModelJudge):
    """Anthropic's messages API."""

    about: ClassVar[str] = (
        "a model of Anthropic: `config: {model: ..., key: ANTHROPIC_API_KEY}`; the operator grants it"
    )
    kind: ClassVar[Kind] = ANTHROPIC
