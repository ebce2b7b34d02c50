"""Admission: what a training must keep beyond its schema, and the course that it opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ethogram import __version__
from ethogram.events import (
    AgentId,
    GameId,
    InvalidRecord,
    ScenarioPlan,
    SessionAdmitted,
    StartTraining,
    Training,
    Versions,
)
from ethogram.events.explanation import Problem, suggestion
from ethogram.games.catalogue import GAMES
from ethogram.games.course import Course, Play
from ethogram.games.hypotheses import HYPOTHESES
from ethogram.games.pairing import matches, round_robin
from ethogram.games.rules import ruleset
from ethogram.games.sequences import opening
from ethogram.games.shelf import Shelf, Templates
from ethogram.games.templates import Library

Adapters = Mapping[str, Callable[[Mapping[str, Any]], list[str]]]
"""Known adapters, each with a pure check of its configuration: what is wrong with it, in words."""

MODES = ("auto", "dry-run")
"""Modes that this release plays."""
MOST_MATCHES = 5_000
"""SessionAdmitted tells the rules of every match and must fit into one record of the bus."""
MOST_TURNS = 1_000_000
"""A course keeps one symbol per player and turn."""


def problems(training: Training, adapters: Adapters, shelf: Shelf) -> list[Problem]:
    """All that keeps a well-formed training from being played."""
    return [
        *_of_mode(training), *_of_agents(training, adapters), *_of_size(training), *_of_scenarios(training, shelf),
    ]  # fmt: skip


def admit(command: StartTraining, adapters: Adapters, shelf: Shelf) -> Course:
    """The course of a session that has not begun; InvalidRecord names each problem and what would be valid."""
    wrong = problems(command, adapters, shelf)
    if wrong:
        raise InvalidRecord("training", "; ".join(map(str, wrong)))
    templates = shelf.open(command.scenarios.templates if command.scenarios else "")
    games = {**_matches(command), **_sequences(command, templates)}
    return Course(
        session_id=command.session_id,
        phase="playing",
        command=command.digest(),
        seed=command.seed,
        templates=templates.digest,
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


def _of_scenarios(training: Training, shelf: Shelf) -> list[Problem]:
    plan = training.scenarios
    if plan is None:
        return []
    try:
        held = shelf.open(plan.templates).templates
    except Templates as error:
        return [Problem(("scenarios", "templates"), error.message.removeprefix("templates: "))]
    return [
        *_of_choice(plan),
        *(
            Problem(("scenarios", "hypotheses", place), f"unknown {name!r}{suggestion(name, HYPOTHESES)}")
            for place, name in enumerate(plan.hypotheses)
            if name not in HYPOTHESES
        ),
        *(
            Problem(("scenarios", "archetypes", place), f"no template of {name!r}{suggestion(name, held)}")
            for place, name in enumerate(plan.archetypes)
            if name not in held
        ),
    ]


def _of_choice(plan: ScenarioPlan) -> list[Problem]:
    found = []
    two = len(plan.hypotheses) == len(set(plan.hypotheses)) == 2
    if plan.choice == "diagnostic" and not two:
        words = f"choice diagnostic needs two different ones; valid: {', '.join(HYPOTHESES)}"
        found.append(Problem(("scenarios", "hypotheses"), words))
    if plan.choice != "diagnostic" and plan.hypotheses:
        found.append(Problem(("scenarios", "hypotheses"), f"choice {plan.choice} takes none; only diagnostic does"))
    if plan.retest and (plan.choice != "fixed" or plan.count < 2):
        found.append(Problem(("scenarios", "retest"), "needs choice fixed and a count of at least 2"))
    return found


def _of_size(training: Training) -> list[Problem]:
    agents = len(training.agents)
    counts = [matches(agents, plan.repetitions) for plan in training.games]
    plan = training.scenarios
    alone = agents * plan.count * (1 + plan.depth) if plan else 0
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


def _sequences(training: Training, templates: Library) -> dict[GameId, Play]:
    plan = training.scenarios
    if plan is None:
        return {}
    first = opening(training.seed, plan, templates)
    return {
        sequence_of(agent.id): Play(
            players=(agent.id,), turns=plan.count, history=("", ""), answers=(None,), pick=first
        )
        for agent in training.agents
    }


def sequence_of(agent_id: AgentId) -> GameId:
    """The game in which an agent faces its scenarios alone."""
    return GameId(f"s-{agent_id}")
