"""Runnables for the tests of the langchain adapter; their models are scripted, their machinery is LangChain's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import RunnableLambda


class Scripted(BaseChatModel):
    """Says what `rule` makes of the messages."""

    rule: Any

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        said = self.rule(messages)
        message = said if isinstance(said, AIMessage) else AIMessage(content=said)
        message.usage_metadata = {"input_tokens": 20, "output_tokens": 4, "total_tokens": 24}
        message.response_metadata = {"model_name": "scripted-1"}
        return ChatResult(generations=[ChatGeneration(message=message)])

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Any:
        return self


chat = Scripted(rule=lambda messages: '{"option": "D", "confidence": 0.5, "reasoning": "so", "claims": []}')
talker = Scripted(rule=lambda messages: "It depends." if len(messages) < 3 else '{"option": "C"}')
chain = RunnableLambda(lambda given: f"My choice: {'D' if 'defect' in given['input'].lower() else 'C'}")
bursting = RunnableLambda(lambda given: 1 / 0)
not_runnable = list


def _react(messages: list[BaseMessage]) -> AIMessage | str:
    if messages[-1].type == "tool":
        return f'{{"option": "{messages[-1].content}"}}'
    return AIMessage(content="", tool_calls=[{"name": "look_up", "args": {"what": "other"}, "id": "1"}])


def react() -> Any:
    """A ReAct agent with a tool."""
    from langchain.agents import create_agent

    def look_up(what: str) -> str:
        """Look something up."""
        return "D"

    return create_agent(Scripted(rule=_react), [look_up])


def remembering() -> Any:
    """An agent with memory: it defects from its third turn in the same thread on."""
    from langchain.agents import create_agent
    from langgraph.checkpoint.memory import InMemorySaver

    def rule(messages: list[BaseMessage]) -> str:
        return f'{{"option": "{"D" if sum(one.type == "human" for one in messages) > 2 else "C"}"}}'

    return create_agent(Scripted(rule=rule), [], checkpointer=InMemorySaver())
