"""What is asked of a model, what comes back, and what becomes of it otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from pydantic import Field

from ethogram.events import EthogramError, TransientError, Value
from ethogram.events.canonical import Plain, canonical, digest

Role = Literal["user", "assistant"]


class Message(Value):
    """One turn of a conversation."""

    role: Role
    """Who speaks."""
    text: str
    """What is said."""


class Prompt(Value):
    """What is asked of a model."""

    model: str
    """The model's name at its provider."""
    system: str
    """Standing instructions."""
    messages: tuple[Message, ...]
    """The conversation; the last message is answered."""
    answer_schema: Plain = Field(default_factory=dict)
    """JSON Schema of the answer; empty: free text."""
    most_tokens: int = 1_024
    """Longest answer, in tokens."""
    stream: bool = False
    """Whether the answer is sent as it is written, piece by piece."""
    parameters: Plain = Field(default_factory=dict)
    """Whatever else is sent as it is, e.g. temperature."""


class Reply(Value):
    """What a model said."""

    text: str
    """The words, or why there are none."""
    refused: bool = False
    """Whether it declined to answer."""
    model: str
    """The model as the provider names it."""
    tokens_in: int = 0
    """Tokens read."""
    tokens_out: int = 0
    """Tokens written."""
    raw: str
    """The response as received."""


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call as it is recorded; it holds no secret."""

    provider: str
    request: dict[str, Any]
    """Parameters exactly as sent."""
    reply: Reply
    cost_micros: int
    latency_ms: float
    attempts: int
    cached: bool
    error: str | None = None
    """Why there is no reply; the reply is empty then."""

    @property
    def request_digest(self) -> str:
        """SHA-256 of provider and canonical request."""
        return request_digest(self.provider, self.request)


def request_digest(provider: str, request: dict[str, Any]) -> str:
    """SHA-256 of the canonical request to a provider."""
    return digest(canonical({"provider": provider, "request": request}))


class Change(NamedTuple):
    """A breaker that opened or closed."""

    provider: str
    state: str
    succeeded: int
    failed: int
    turned_away: int


@dataclass(slots=True)
class Calls:
    """Calls that were made for one answer, in order; filled also where no answer came of them."""

    made: list[ModelCall] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    """Breakers that these calls opened or closed."""

    @property
    def tokens(self) -> int:
        """Tokens that were paid for."""
        return sum(call.reply.tokens_in + call.reply.tokens_out for call in self.made if not call.cached)

    @property
    def cost_micros(self) -> int:
        """Millionths of a US dollar."""
        return sum(call.cost_micros for call in self.made)


class ProviderTrouble(TransientError):
    """The provider failed in a way that may pass: overload, time-out, a cut connection, its own error."""


class RateLimited(ProviderTrouble):
    """The provider is well, but has had enough of us for now."""


class ProviderRefused(EthogramError):
    """The provider will not take this request, however often it is sent: a wrong key, model or parameter."""


class Provider(Protocol):
    """One way to reach models."""

    name: str
    """Who is called, and where: breaker, limits and digests are per name."""

    def request(self, prompt: Prompt) -> dict[str, Any]:
        """The parameters that will be sent, exactly; pure and without secrets."""
        ...

    async def send(self, request: dict[str, Any], timeout_s: float) -> Reply:
        """Send once. Raises ProviderTrouble or ProviderRefused."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
