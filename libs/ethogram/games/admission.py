"""Admission: what a training must keep beyond its schema, and the course that it opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ethogram import __version__
from ethogram.events import (
    AgentId,
    GameId,
    InvalidRecord,
    SessionAdmitted,
    StartTraining,
    Training,
    Versions,
)
from ethogram.events.explanation import Problem, suggestion
from ethogram.games.catalogue import GAMES
from ethogram.games.course import Course, Play
from ethogram.games.pairing import matches, round_robin
from ethogram.games.rules import ruleset
from ethogram.games.templates import scenario_templates_digest

Adapters = Mapping[str, Callable[[Mapping[str, Any]], list[str]]]
"""Known adapters, each with a pure check of its configuration: what is wrong with it, in words."""

MODES = ("auto",)
"""Modes that this release plays."""
MOST_MATCHES = 5_000
"""SessionAdmitted tells the rules of every match and must fit into one record of the bus."""
MOST_TURNS = 1_000_000
"""A course keeps one symbol per player and turn."""


def problems(training: Training, adapters: Adapters) -> list[Problem]:
    """All that keeps a well-formed training from being played."""
    return [*_of_mode(training), *_of_agents(training, adapters), *_of_size(training)]


def admit(command: StartTraining, adapters: Adapters) -> Course:
    """The course of a session that has not begun; InvalidRecord names each problem and what would be valid."""
    wrong = problems(command, adapters)
    if wrong:
        raise InvalidRecord("training", "; ".join(map(str, wrong)))
    games = {**_matches(command), **_sequences(command)}
    return Course(
        session_id=command.session_id,
        phase="playing",
        command=command.digest(),
        seed=command.seed,
        templates=scenario_templates_digest(),
        agents={agent.id: agent for agent in command.agents},
        rulesets=tuple(ruleset(plan, GAMES) for plan in command.games),
        scenarios=command.scenarios,
        budget=command.budget,
        games=games,
        planned=sum(play.turns for play in games.values()),
    )


def announced(
    course: Course, command: StartTraining, *, constitution: str, dictionary: str,
    rules: Mapping[str, Any] | None = None,
) -> SessionAdmitted:  # fmt: skip
    """The admission, with everything that is needed to understand the session.

    `rules`: the constitution itself, where it is not the one of the release.
    """
    return SessionAdmitted(
        session_id=course.session_id,
        name=command.name,
        mode=command.mode,
        seed=command.seed,
        agents=command.agents,
        games=tuple(
            course.rulesets[play.rules].of_match(game_id, play.players)
            for game_id, play in course.games.items()
            if play.rules is not None
        ),
        scenarios=command.scenarios,
        budget=command.budget,
        versions=Versions(
            ethogram=__version__, templates=course.templates, constitution=constitution, dictionary=dictionary
        ),
        constitution=rules if rules is None else dict(rules),
    )


def _of_mode(training: Training) -> list[Problem]:
    if training.mode in MODES:
        return []
    words = f"{training.mode!r} is not built yet in ethogram {__version__}; available: {', '.join(MODES)}"
    return [Problem(("mode",), words)]


def _of_agents(training: Training, adapters: Adapters) -> list[Problem]:
    found = []
    for place, agent in enumerate(training.agents):
        check = adapters.get(agent.adapter)
        if check is None:
            words = f"unknown adapter {agent.adapter!r}{suggestion(agent.adapter, adapters)}"
            found.append(Problem(("agents", place, "adapter"), words))
        else:
            found += [Problem(("agents", place, "config"), words) for words in check(agent.config)]
    return found


def _of_size(training: Training) -> list[Problem]:
    agents = len(training.agents)
    counts = [matches(agents, plan.repetitions) for plan in training.games]
    alone = agents * training.scenarios.count if training.scenarios else 0
    turns = alone + sum(count * plan.rounds for count, plan in zip(counts, training.games, strict=True))
    if sum(counts) > MOST_MATCHES:
        words = f"{sum(counts):,} matches; one session takes {MOST_MATCHES:,}: fewer agents, games or repetitions"
        return [Problem(("games",), words)]
    if turns > MOST_TURNS:
        return [Problem((), f"{turns:,} turns; one session takes {MOST_TURNS:,}: fewer agents, rounds or scenarios")]
    return []


def _matches(training: Training) -> dict[GameId, Play]:
    tables = [
        Play(
            players=players,
            turns=plan.rounds,
            rules=index,
            history=("",) * len(players),
            answers=(None,) * len(players),
        )
        for index, plan in enumerate(training.games)
        for players in round_robin([agent.id for agent in training.agents], plan.repetitions)
    ]
    width = max(3, len(str(len(tables))))
    return {GameId(f"g{number:0{width}d}"): play for number, play in enumerate(tables, 1)}


def _sequences(training: Training) -> dict[GameId, Play]:
    if training.scenarios is None:
        return {}
    count = training.scenarios.count
    return {sequence_of(agent.id): _sequence(agent.id, count) for agent in training.agents}


def _sequence(agent_id: AgentId, count: int) -> Play:
    return Play(players=(agent_id,), turns=count, history=("", ""), answers=(None,))


def sequence_of(agent_id: AgentId) -> GameId:
    """The game in which an agent faces its scenarios alone."""
    return GameId(f"s-{agent_id}")
