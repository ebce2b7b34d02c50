"""Turns: putting one before its seats, taking in their answers, and carrying it out."""

from __future__ import annotations

from ethogram.events import (
    AgentSpec,
    DecisionMade,
    GameId,
    Played,
    ScenarioPresented,
    Seat,
    TurnResolved,
    derive,
    subseed,
)
from ethogram.events.ids import EventId
from ethogram.games.course import Answer, Course, Play
from ethogram.games.kinds import Executed, Turn, turn_of
from ethogram.games.lifecycle import ended
from ethogram.games.templates import Library


def present(course: Course, game_id: GameId, templates: Library | None) -> tuple[Play, ScenarioPresented]:
    """Put the next turn of a game before its seats."""
    play = course.games[game_id]
    number = play.resolved + 1
    turn = turn_of(course, game_id, number, templates)
    event = ScenarioPresented(
        session_id=course.session_id,
        game_id=game_id,
        turn=number,
        turns=play.turns,
        kind=turn.kind,
        seed=subseed(course.seed, "play", game_id),
        text=turn.text,
        options=turn.options,
        seats=tuple(_seat(seat, course.agents[agent]) for seat, agent in enumerate(play.players)),
        history=turn.shown(play.history),
        payoffs=turn.payoffs,
        situation=turn.situation,
        deadline_s=turn.deadline_s,
        check=turn.check,
        chosen=play.pick.chosen if play.pick and not play.pick.path else None,
    )
    return play.model_copy(update={"presented": number, "answers": (None,) * len(play.players)}), event


def answer(play: Play, decision: DecisionMade, turn: Turn) -> Play:
    """Take in one seat's decision; where nothing valid was chosen the default stands, under the outcome's name."""
    offered = any(option.id == decision.option for option in turn.options)
    outcome = "illegal" if decision.outcome == "chosen" and not offered else decision.outcome
    taken = Answer(
        decision_id=decision.id,
        outcome=outcome,
        intended=str(decision.option) if outcome == "chosen" else turn.default,
        claims=decision.claims,
        check=decision.check,
    )
    answers = (*play.answers[: decision.seat], taken, *play.answers[decision.seat + 1 :])
    return play.model_copy(update={"answers": answers})


def resolve(course: Course, game_id: GameId, play: Play, turn: Turn) -> tuple[Play, TurnResolved]:
    """Carry out a turn whose seats have all answered."""
    answers = [taken for taken in play.answers if taken is not None]
    done = turn.carry_out([taken.intended for taken in answers])
    turns = play.turns + turn.opens(done.actions[0])
    event = TurnResolved(
        session_id=course.session_id,
        game_id=game_id,
        turn=play.presented,
        kind=turn.kind,
        presented_id=presented_id(course, game_id, play.presented),
        number=course.resolved + 1,
        actions=_played(play, answers, done, turn),
        before="".join(actions[-1:] for actions in turn.shown(play.history)),
        options=turn.options if turn.situation else (),
        situation=turn.situation,
        last=play.presented == turns,
        lifecycle=ended(answers[0].outcome) if turn.situation else None,
    )
    history = tuple(past + symbol for past, symbol in zip(play.history, done.symbols, strict=True))
    return play.model_copy(update={"history": history, "turns": turns}), event


def presented_id(course: Course, game_id: GameId, turn: int) -> EventId:
    """The id of the ScenarioPresented of a turn, without making it again."""
    return EventId(derive(ScenarioPresented.TYPE, course.session_id, game_id, turn))


def _seat(seat: int, agent: AgentSpec) -> Seat:
    return Seat(seat=seat, agent_id=agent.id, adapter=agent.adapter, config=agent.config)


def _played(play: Play, answers: list[Answer], done: Executed, turn: Turn) -> tuple[Played, ...]:
    return tuple(
        Played(
            seat=seat,
            agent_id=play.players[seat],
            decision_id=taken.decision_id,
            outcome=taken.outcome,
            intended=taken.intended,
            executed=done.actions[seat],
            payoff=done.payoffs[seat],
            claims=taken.claims,
            understood=turn.understood(taken.check),
        )
        for seat, taken in enumerate(answers)
    )
