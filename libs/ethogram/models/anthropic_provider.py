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
        return request

    async def send(self, request: dict[str, Any], timeout_s: float) -> Reply:
        """Send once."""
        create = self._client.messages.create
        said = await translated(anthropic, lambda: create(**request, timeout=timeout_s), timeout_s)
        try:
            return Reply(
                text="".join(block.text for block in said.content if block.type == "text"),
                refused=said.stop_reason == "refusal", model=said.model, raw=said.model_dump_json(exclude_none=True),
                tokens_in=said.usage.input_tokens, tokens_out=said.usage.output_tokens,
            )  # fmt: skip
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            raise ProviderTrouble("nonsense", f"what came back is no reply: {type(error).__name__}") from None

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()
