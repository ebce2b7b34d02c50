"""Asking a model: the question as its asker's configuration wants it, and data that cannot pass for instructions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ethogram.models.call import Message, Prompt
from ethogram.models.reading import storable

LONGEST_QUOTE = 4_000
"""Characters of a reply that are held against the model."""


def question(config: Mapping[str, Any], system: str, text: str, schema: Mapping[str, Any]) -> Prompt:
    """One message to the model of a configuration (`model`, `most_tokens`, `schema`, `stream`, `temperature`)."""
    return Prompt(
        model=config["model"], system=system, most_tokens=int(config.get("most_tokens", 1_024)),
        messages=(Message(role="user", text=text),),
        answer_schema=dict(schema) if config.get("schema", True) else {}, stream=config.get("stream", False),
        parameters={"temperature": config["temperature"]} if "temperature" in config else {},
    )  # fmt: skip


def fenced(document: str) -> str:
    """A JSON document between the marks that stand for data; nothing inside of it can close them."""
    inert = document.replace("<", "\\u003c")
    return f"<data>\n{inert}\n</data>"


def once_more(prompt: Prompt, said: str, wrong: str) -> Prompt:
    """The question again, with what the model said and what was wrong about it."""
    turn = (
        Message(role="assistant", text=storable(said)[:LONGEST_QUOTE] or "(nothing)"),
        Message(role="user", text=f"{wrong}. Answer again, with the JSON object alone."),
    )
    return prompt.model_copy(update={"messages": (*prompt.messages, *turn)})
