"""Turns: putting one before its seats, taking in their answers, and carrying it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ethogram.events import (
    AgentId,
    Bystander,
    DecisionMade,
    GameId,
    Message,
    Played,
    ScenarioPresented,
    Seat,
    TurnResolved,
    Untouched,
    derive,
    quantise,
    subseed,
)
from ethogram.events.ids import EventId
from ethogram.games.asking import Ask, Executed, Turn
from ethogram.games.course import Answer, Course, Override, Play
from ethogram.games.kinds import turn_of
from ethogram.games.lifecycle import ended
from ethogram.games.templates import Library


def present(course: Course, game_id: GameId, templates: Library | None) -> tuple[Play, ScenarioPresented]:
    """Put the next turn of a game before its seats."""
    play = course.games[game_id]
    number = play.resolved + 1
    turn = turn_of(course, game_id, number, templates)
    messages = course.messages.get(game_id, ())
    event = ScenarioPresented(
        session_id=course.session_id,
        game_id=game_id,
        turn=number,
        turns=_known_turns(course, play),
        kind=turn.kind,
        seed=subseed(course.seed, "play", game_id),
        text=_told(turn.text, [each for each in messages if each.to is None]),
        options=turn.options,
        seats=tuple(_seat(course, ask, play.players[ask.seat], messages) for ask in turn.asks),
        history=turn.shown(play.history),
        payoffs=turn.payoffs,
        situation=turn.situation,
        messages=messages,
        deadline_s=turn.deadline_s,
        check=turn.check,
        chosen=play.pick.chosen if play.pick and not play.pick.path else None,
    )
    return play.model_copy(update={"presented": number, "answers": (None,) * len(play.players)}), event


def answer(play: Play, decision: DecisionMade, turn: Turn) -> Play:
    """Take in one seat's decision; where nothing valid was chosen the default stands, under the outcome's name."""
    ask = next(ask for ask in turn.asks if ask.seat == decision.seat)
    offered = any(option.id == decision.option for option in ask.options)
    outcome = "illegal" if decision.outcome == "chosen" and not offered else decision.outcome
    taken = Answer(
        decision_id=decision.id,
        outcome=outcome,
        intended=str(decision.option) if outcome == "chosen" else ask.default,
        claims=decision.claims,
        check=decision.check,
        speech=decision.speech,
        skills=tuple(dict.fromkeys(call.skill for call in decision.skills or ())),
    )
    answers = (*play.answers[: decision.seat], taken, *play.answers[decision.seat + 1 :])
    return play.model_copy(update={"answers": answers})


def resolve(course: Course, game_id: GameId, play: Play, turn: Turn) -> tuple[Play, TurnResolved]:
    """Carry out a turn whose seats have all answered."""
    answers = {seat: taken for seat, taken in enumerate(play.answers) if taken is not None}
    overrides = {each.seat: each for each in course.overrides.get(game_id, ()) if each.seat in answers}
    intended = {seat: taken.intended for seat, taken in answers.items()}
    done = turn.carry_out(intended | {seat: each.option for seat, each in overrides.items()})
    shown = turn.shown(play.history)
    turns = play.turns + done.opens
    over = done.over or play.presented == turns
    event = TurnResolved(
        session_id=course.session_id,
        game_id=game_id,
        turn=play.presented,
        kind=turn.kind,
        presented_id=presented_id(course, game_id, play.presented),
        number=course.resolved + 1,
        actions=_played(play, answers, done, turn, overrides),
        bystanders=_bystanders(play, done),
        game=course.rulesets[play.rules].game if play.rules is not None else "",
        before="".join(actions[-1:] for actions in shown),
        options=turn.told,
        situation=turn.situation,
        otherwise=_untouched(turn.carry_out(intended)) if overrides else (),
        last=over,
        lifecycle=ended(answers[0].outcome) if turn.situation else None,
    )
    return _after(play.model_copy(update={"turns": turns}), done, over), event


def _after(play: Play, done: Executed, over: bool) -> Play:
    """The game once a turn was carried out. What is over keeps its result alone."""
    scores = tuple(quantise(sum(each)) for each in zip(play.scores, done.payoffs, strict=False)) or tuple(done.payoffs)
    changes: dict[str, object] = {
        "resolved": play.presented, "over": over, "earned": tuple(done.payoffs), "scores": scores,
        "memory": done.memory, "history": ("",) * len(play.history), "seen": (),
    }  # fmt: skip
    if not over:
        changes["history"] = _longer(play.history, done.symbols)
        changes["seen"] = tuple(_longer(mine, saw) for mine, saw in zip(play.seen, done.seen, strict=True))
    return play.model_copy(update=changes)


def _longer(history: tuple[str, ...], symbols: Sequence[str]) -> tuple[str, ...]:
    return tuple(past + symbol for past, symbol in zip(history, symbols, strict=True))


def _known_turns(course: Course, play: Play) -> int:
    """How many turns the players are told of."""
    unknown = play.rules is not None and course.rulesets[play.rules].continuation < 1
    return 0 if unknown else play.turns


def presented_id(course: Course, game_id: GameId, turn: int) -> EventId:
    """The id of the ScenarioPresented of a turn, without making it again."""
    return EventId(derive(ScenarioPresented.TYPE, course.session_id, game_id, turn))


def _seat(course: Course, ask: Ask, agent_id: AgentId, messages: Sequence[Message]) -> Seat:
    agent = course.agents[agent_id]
    view, text = ask.look() if ask.look else (None, ask.text)
    mine = [each for each in messages if each.to == agent.id]
    return Seat(
        seat=ask.seat, agent_id=agent.id, adapter=agent.adapter, config=agent.config, character=agent.character,
        text=_told(text or "", mine).strip() if mine else text,
        options=ask.options if ask.own_options else None, history=ask.history, view=view,
        skills=course.skills.held_by(agent_id) or None,
    )  # fmt: skip


def _bystanders(play: Play, done: Executed) -> tuple[Bystander, ...]:
    return tuple(
        Bystander(seat=seat, agent_id=agent, payoff=done.payoffs[seat])
        for seat, agent in enumerate(play.players)
        if seat not in done.actions
    )


def _saw(play: Play, seat: int) -> str | None:
    """The turn before as a seat saw it, if that is not what was executed."""
    if not play.seen:
        return None
    saw = "".join(actions[-1:] for actions in play.seen[seat])
    return None if saw == "".join(actions[-1:] for actions in play.history) else saw


def _told(text: str, messages: Sequence[Message]) -> str:
    return "\n\n".join([text, *(f"A message from {each.actor}: {each.text}" for each in messages)])


def _untouched(done: Executed) -> tuple[Untouched, ...]:
    return tuple(
        Untouched(seat=seat, executed=action, payoff=done.payoffs[seat])
        for seat, action in sorted(done.actions.items())
    )


def _played(
    play: Play, answers: Mapping[int, Answer], done: Executed, turn: Turn, overrides: Mapping[int, Override]
) -> tuple[Played, ...]:
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
            saw=_saw(play, seat),
            overridden=overrides[seat].command_id if seat in overrides else None,
        )
        for seat, taken in answers.items()
    )
