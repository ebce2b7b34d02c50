"""Anthropic, through its SDK."""

from __future__ import annotations

from typing import Any

import anthropic

from ethogram.models.call import Prompt, ProviderTrouble, Reply
from ethogram.models.wire import connections, translated


class AnthropicMessages:
    """Messages."""

    def __init__(self, base_url: str, key: str) -> None:
        self.name = f"anthropic {base_url}"
        self._client = anthropic.AsyncAnthropic(
            api_key=key or "none", base_url=base_url, max_retries=0, http_client=connections()
        )

    def request(self, prompt: Prompt) -> dict[str, Any]:
        """The parameters of a message."""
        request = {
            **prompt.parameters, "model": prompt.model, "system": prompt.system, "max_tokens": prompt.most_tokens,
            "messages": [{"role": message.role, "content": message.text} for message in prompt.messages],
        }  # fmt: skip
        if prompt.answer_schema:
            request["output_config"] = {"format": {"type": "json_schema", "schema": prompt.answer_schema}}
        if prompt.stream:
            request["stream"] = True
        return request

    async def send(self, request: dict[str, Any], timeout_s: float) -> Reply:
        """Send once."""
        said = await translated(anthropic, lambda: self._said(request, timeout_s), timeout_s)
        try:
            return Reply(
                text="".join(block.text for block in said.content if block.type == "text"),
                refused=said.stop_reason == "refusal", model=said.model, raw=said.model_dump_json(exclude_none=True),
                tokens_in=said.usage.input_tokens, tokens_out=said.usage.output_tokens,
            )  # fmt: skip
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            raise ProviderTrouble("nonsense", f"what came back is no reply: {type(error).__name__}") from None

    async def _said(self, request: dict[str, Any], timeout_s: float) -> Any:
        if not request.get("stream"):
            return await self._client.messages.create(**request, timeout=timeout_s)
        asked = {name: value for name, value in request.items() if name != "stream"}
        async with self._client.messages.stream(**asked, timeout=timeout_s) as stream:
            try:
                said = await stream.get_final_message()
            except (AssertionError, AttributeError, RuntimeError, TypeError) as error:  # how the SDK says: no beginning
                raise ValueError("the stream is no message") from error
        return said if said.stop_reason else None  # without an end it is no reply

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()
