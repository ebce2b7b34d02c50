"""The chat of a session: entries are numbered by the director alone; an agent answers with the reasons of its turn."""

from __future__ import annotations

from collections.abc import Callable

from ethogram.events import AgentId, ChatSaid, DecisionMade, GameId, InvalidRecord, Message, SayInChat
from ethogram.events.chat import LONGEST
from ethogram.games.course import Addressed, Course, Said


def say(course: Course, command: SayInChat) -> Said:
    """Enter a person's words; those that are addressed to an agent are told with the next turn of one of its games."""
    if course.phase == "unknown":
        raise InvalidRecord("unknown-session", f"session {command.session_id} was never started")
    if course.phase in ("completed", "failed"):
        raise InvalidRecord("session-over", f"session {command.session_id} is over ({course.phase}): nobody listens")
    number = course.chat.said + 1
    entry = {"who": command.actor, "text": command.text, "command_id": command.command_id, "to": command.to}
    if command.to is None:
        return _entered(course, number, **entry)
    game_id, turn = _next_turn(course, command.to)
    told = Message(command_id=command.command_id, actor=command.actor, text=command.text, to=command.to)
    messages = {**course.messages, game_id: (*course.messages.get(game_id, ()), told)}
    asked = Addressed(number=number, agent_id=command.to, game_id=game_id, turn=turn)
    waiting = course.model_copy(
        update={
            "messages": messages, "chat": course.chat.model_copy(update={"asked": (*course.chat.asked, asked)})
        }
    )  # fmt: skip
    return _entered(waiting, number, **entry, game_id=game_id, turn=turn)


def with_replies(hear: Callable[..., Said]) -> Callable[..., Said]:
    """The same rule on decisions; the reasons of an agent that was spoken to enter the chat too."""

    def decide(course: Course, decision: DecisionMade) -> Said:
        moved, events = hear(course, decision)
        asked = next((each for each in course.chat.asked if each.meets(decision)), None)
        if asked is None or moved is course:
            return moved, events
        left = tuple(each for each in moved.chat.asked if not each.meets(decision))
        moved = moved.model_copy(update={"chat": moved.chat.model_copy(update={"asked": left})})
        if not decision.reasoning:
            return moved, events
        answered, entry = _entered(
            moved, moved.chat.said + 1, who=decision.agent_id, text=decision.reasoning[:LONGEST],
            game_id=decision.game_id, turn=decision.turn, answers=asked.number,
        )  # fmt: skip
        return answered, [*entry, *events]

    return decide


def _entered(course: Course, number: int, **entry: object) -> Said:
    said = ChatSaid.model_validate({"session_id": course.session_id, "number": number, **entry})
    return course.model_copy(update={"chat": course.chat.model_copy(update={"said": number})}), [said]


def _next_turn(course: Course, agent: AgentId) -> tuple[GameId, int]:
    """The first of the agent's games in which a turn is still to be presented, and that turn."""
    if agent not in course.agents:
        known = ", ".join(sorted(course.agents))
        raise InvalidRecord("unknown-agent", f"session {course.session_id} has no agent {agent!r}; it has {known}")
    for game_id, play in sorted(course.games.items()):
        turn = play.presented + 1
        if agent in play.players and not play.over and (not play.turns or turn <= play.turns):
            return game_id, turn
    raise InvalidRecord("no-turn-left", f"no turn of agent {agent!r} is still to be presented: nobody could tell it")
