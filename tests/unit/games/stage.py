"""A stage for the director: the service with plain arguments, and players who answer in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ethogram.events import (
    CancelSession,
    DeadlinePassed,
    DecisionMade,
    Event,
    GameId,
    PauseSession,
    PosteriorAwaited,
    PrinciplesInferred,
    ResumeSession,
    ScenarioPresented,
    SessionAdmitted,
    SessionCompleted,
    SessionFailed,
    SessionFinished,
    SessionId,
    SessionJudged,
    SessionPaused,
    SessionRejected,
    SessionResumed,
    StartTraining,
    TournamentConcluded,
    TournamentPaired,
    TurnResolved,
    Value,
)
from ethogram.games import Course, director
from ethogram.topology import Bus, Service

SESSION = SessionId("00000000-0000-4000-8000-000000000001")

Strategy = Callable[[str, str], str]
"""`(own past, other's past) -> C or D`."""


def check_builtin(config: Mapping[str, Any]) -> list[str]:
    strategy = config.get("strategy")
    return [] if strategy in STRATEGIES else [f"strategy: unknown {strategy!r}; valid: {', '.join(sorted(STRATEGIES))}"]


STRATEGIES: dict[str, Strategy] = {
    "tit-for-tat": lambda own, other: other[-1:] or "C",
    "always-defect": lambda own, other: "D",
    "always-cooperate": lambda own, other: "C",
    "grim-trigger": lambda own, other: "D" if "D" in other else "C",
    "silent": lambda own, other: "",
}

DIRECTOR = Service(
    name="scenario-generator",
    initial=Course(),
    decides={
        StartTraining: partial(
            director.begin, adapters={"builtin": check_builtin}, constitution="c0", dictionary="d0"
        ),
        DecisionMade: director.hear,
        PrinciplesInferred: director.heed,
        DeadlinePassed: director.go_on,
        SessionJudged: director.complete,
        PauseSession: director.pause,
        ResumeSession: director.resume,
        CancelSession: director.cancel,
    },
    refuses={StartTraining: director.reject},
    emits=(
        SessionAdmitted, SessionRejected, SessionPaused, SessionResumed, SessionFinished, SessionCompleted,
        SessionFailed, ScenarioPresented, TurnResolved, PosteriorAwaited, TournamentPaired, TournamentConcluded,
    ),
)  # fmt: skip


class Nothing(Value):
    """State of services that need none."""


def decide(event: ScenarioPresented, seat: int) -> DecisionMade:
    """What the strategy on this seat answers; `silent` answers nothing."""
    sitting = event.seats[seat]
    own, other = event.history[seat], event.history[1 - seat]
    symbol = STRATEGIES[sitting.config["strategy"]](own, other)
    leaning = [option for option in event.options if option.leaning == symbol]
    option = min(leaning, key=lambda option: option.name or option.id).id if leaning else None
    return DecisionMade(
        session_id=event.session_id, game_id=event.game_id, turn=event.turn, seat=seat, agent_id=sitting.agent_id,
        presented_id=event.id, outcome="chosen" if option else "timed-out", option=option,
    )  # fmt: skip


def answers(state: Nothing, event: ScenarioPresented) -> tuple[Nothing, Sequence[Event]]:
    return state, [decide(event, seat.seat) for seat in event.seats]


def judges(state: Nothing, event: SessionFinished) -> tuple[Nothing, Sequence[Event]]:
    return state, [SessionJudged(session_id=event.session_id, verdicts=len(event.turns_by_agent))]


PLAYERS = Service(name="agent-runner", initial=Nothing(), decides={ScenarioPresented: answers}, emits=(DecisionMade,))
COUNCIL = Service(name="judge", initial=Nothing(), decides={SessionFinished: judges}, emits=(SessionJudged,))


def training(**fields: Any) -> StartTraining:
    """Tit for tat against always defect, 20 rounds; `fields` say what is different."""
    body = {
        "session_id": SESSION,
        "name": "test",
        "seed": 7,
        "agents": cast("tit-for-tat", "always-defect"),
        "games": [{"game": "prisoners-dilemma", "rounds": 20}],
    }
    return StartTraining.model_validate({**body, **fields})


def cast(*strategies: str) -> list[dict[str, Any]]:
    """One agent per strategy, called a, b, ..."""
    return [
        {"id": chr(97 + place), "adapter": "builtin", "config": {"strategy": name}}
        for place, name in enumerate(strategies)
    ]


def play(command: StartTraining) -> list[Event]:
    """The whole session, from the command to the last word."""
    return [record.event for record in Bus([DIRECTOR, PLAYERS, COUNCIL]).play(command)]


def of(events: Sequence[Event], kind: type[Any], game_id: str | None = None) -> list[Any]:
    """Events of one type, of one game."""
    return [
        event for event in events if isinstance(event, kind) and (game_id is None or vars(event)["game_id"] == game_id)
    ]


def executed(events: Sequence[Event], game_id: str = "g001") -> list[str]:
    """Joint executed actions of a match, in order."""
    return ["".join(each.executed for each in turn.actions) for turn in of(events, TurnResolved, GameId(game_id))]
