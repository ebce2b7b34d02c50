"""OpenAI, and whatever speaks its chat format, through the openai SDK."""

from __future__ import annotations

from typing import Any

import openai
from openai.types.chat import ChatCompletion

from ethogram.models.call import Prompt, ProviderTrouble, Reply
from ethogram.models.wire import connections, translated


class OpenAIChat:
    """Chat completions."""

    def __init__(self, base_url: str, key: str) -> None:
        self.name = f"openai-chat {base_url}"
        self._client = openai.AsyncOpenAI(
            api_key=key or "none", base_url=base_url, max_retries=0, http_client=connections(),
            organization="", project="",
        )  # fmt: skip

    def request(self, prompt: Prompt) -> dict[str, Any]:
        """The parameters of a chat completion."""
        messages = [{"role": message.role, "content": message.text} for message in prompt.messages]
        request = {
            **prompt.parameters, "model": prompt.model, "max_completion_tokens": prompt.most_tokens,
            "messages": [{"role": "system", "content": prompt.system}, *messages],
        }  # fmt: skip
        if prompt.answer_schema:
            named = {"name": "answer", "strict": True, "schema": prompt.answer_schema}
            request["response_format"] = {"type": "json_schema", "json_schema": named}
        if prompt.stream:
            request |= {"stream": True, "stream_options": {"include_usage": True}}
        return request

    async def send(self, request: dict[str, Any], timeout_s: float) -> Reply:
        """Send once."""
        said = await translated(openai, lambda: self._said(request, timeout_s), timeout_s)
        try:
            choice, usage = said.choices[0], said.usage
            refusal = choice.message.refusal
            return Reply(
                text=refusal or choice.message.content or "",
                refused=bool(refusal) or choice.finish_reason == "content_filter",
                model=said.model, raw=said.model_dump_json(exclude_none=True),
                tokens_in=usage.prompt_tokens if usage else 0, tokens_out=usage.completion_tokens if usage else 0,
            )  # fmt: skip
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            raise _nonsense(error) from None

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    async def _said(self, request: dict[str, Any], timeout_s: float) -> Any:
        said = await self._client.chat.completions.create(**request, timeout=timeout_s)
        return _put_together([chunk async for chunk in said]) if request.get("stream") else said


def _put_together(chunks: list[Any]) -> ChatCompletion:
    """The completion that came in pieces; ValueError if the last one is missing."""
    pieces = [choice for chunk in chunks for choice in chunk.choices or ()]
    ends = [piece.finish_reason for piece in pieces if piece.finish_reason]
    if not ends:
        raise ValueError("the stream ended before the answer did")
    message = {
        "role": "assistant", "content": "".join(piece.delta.content or "" for piece in pieces),
        "refusal": "".join(piece.delta.refusal or "" for piece in pieces) or None,
    }  # fmt: skip
    return ChatCompletion.model_validate({
        "id": chunks[0].id, "object": "chat.completion", "created": chunks[0].created, "model": chunks[0].model,
        "choices": [{"index": 0, "finish_reason": ends[-1], "message": message}],
        "usage": next((chunk.usage.model_dump() for chunk in reversed(chunks) if chunk.usage), None),
    })  # fmt: skip


class OpenAIResponses(OpenAIChat):
    """The responses API."""

    def __init__(self, base_url: str, key: str) -> None:
        super().__init__(base_url, key)
        self.name = f"openai-responses {base_url}"

    def request(self, prompt: Prompt) -> dict[str, Any]:
        """The parameters of a response; nothing is stored at the provider."""
        request = {
            **prompt.parameters, "model": prompt.model, "instructions": prompt.system, "store": False,
            "max_output_tokens": prompt.most_tokens,
            "input": [{"role": message.role, "content": message.text} for message in prompt.messages],
        }  # fmt: skip
        if prompt.answer_schema:
            shape = {"type": "json_schema", "name": "answer", "strict": True, "schema": prompt.answer_schema}
            request["text"] = {"format": shape}
        if prompt.stream:
            request["stream"] = True
        return request

    async def send(self, request: dict[str, Any], timeout_s: float) -> Reply:
        """Send once."""
        said = await translated(openai, lambda: self._said(request, timeout_s), timeout_s)
        try:
            parts = [part for item in said.output if item.type == "message" for part in item.content]
            refusal = "".join(part.refusal for part in parts if part.type == "refusal")
            return Reply(
                text=refusal or said.output_text, refused=bool(refusal), model=said.model,
                raw=said.model_dump_json(exclude_none=True),
                tokens_in=said.usage.input_tokens if said.usage else 0,
                tokens_out=said.usage.output_tokens if said.usage else 0,
            )  # fmt: skip
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            raise _nonsense(error) from None

    async def _said(self, request: dict[str, Any], timeout_s: float) -> Any:
        said = await self._client.responses.create(**request, timeout=timeout_s)
        if not request.get("stream"):
            return said
        ended = [event.response async for event in said if event.type in ("response.completed", "response.incomplete")]
        return ended[-1] if ended else None  # without an end it is no reply


def _nonsense(error: Exception) -> ProviderTrouble:
    return ProviderTrouble("nonsense", f"what came back is no reply: {type(error).__name__}")
