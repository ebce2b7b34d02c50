"""Admission: what a training must keep beyond its schema, and the course that it opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ethogram import __version__
from ethogram.events import (
    AgentId,
    GameId,
    GamePlan,
    InvalidRecord,
    ScenarioPlan,
    SessionAdmitted,
    StartTraining,
    Training,
    Versions,
)
from ethogram.events.explanation import Problem, suggestion
from ethogram.games import arenas
from ethogram.games.catalogue import problems_of, rules_of
from ethogram.games.course import Course, Play
from ethogram.games.hypotheses import HYPOTHESES
from ethogram.games.pairing import announced_games, contest_of, with_heat
from ethogram.games.sequences import opening
from ethogram.games.shelf import Shelf, Templates
from ethogram.games.templates import Library
from ethogram.games.tournaments import matches_of

Adapters = Mapping[str, Callable[[Mapping[str, Any]], list[str]]]
"""Known adapters, each with a pure check of its configuration: what is wrong with it, in words."""
Named = Sequence[tuple[str, Mapping[str, Any]]]
"""Plugins that a training names, each with its configuration."""

HEATED = ("swiss", "king-of-the-hill", "moran")
"""Pairings whose number of heats may be chosen."""
MOST_MATCHES = 5_000
"""SessionAdmitted tells the rules of every match and must fit into one record of the bus."""
MOST_TURNS = 1_000_000
"""A course keeps one symbol per player and turn."""


def problems(
    training: Training, adapters: Adapters, shelf: Shelf, judges: Adapters = MappingProxyType({})
) -> list[Problem]:
    """All that keeps a well-formed training from being played; `judges`: those that ask models, each with its check."""
    agents: Named = [(each.adapter, each.config) for each in training.agents]
    asked: Named = [(each.judge, each.config) for each in training.judges]
    found = _of_plugins("agents", "adapter", agents, adapters) + _of_plugins("judges", "judge", asked, judges)
    found += _of_games(training)
    found += arenas.problems(training, adapters)
    return [*(found or _of_size(training)), *_of_scenarios(training, shelf)]


def admit(command: StartTraining, adapters: Adapters, shelf: Shelf, judges: Adapters = MappingProxyType({})) -> Course:
    """The course of a session that has not begun; InvalidRecord names each problem and what would be valid."""
    wrong = problems(command, adapters, shelf, judges)
    if wrong:
        raise InvalidRecord("training", "; ".join(map(str, wrong)))
    templates = shelf.open(command.scenarios.templates if command.scenarios else "")
    agents = [agent.id for agent in command.agents]
    rulesets = tuple(rules_of(plan) for plan in command.games)
    sequences = _sequences(command, templates)
    course = Course(
        session_id=command.session_id,
        phase="playing",
        command=command.digest(),
        seed=command.seed,
        templates=templates.digest,
        agents={agent.id: agent for agent in command.agents},
        rulesets=rulesets,
        contests=tuple(
            contest_of(entry, plan, rules.players, agents)
            for entry, (plan, rules) in enumerate(zip(command.games, rulesets, strict=True))
        ),
        scenarios=command.scenarios,
        budget=command.budget,
        games=sequences,
        width=max(3, len(str(sum(first for first, _ in _sizes(command))))),
        open=len(sequences),
        dry=command.mode == "dry-run",
        gate=0.0 if command.mode == "strict" else command.risk,
    )
    for entry in range(len(rulesets)):
        course = with_heat(course, entry)
    return course if command.arena is None else arenas.with_arena(course, command.arena)


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
        games=announced_games(course),
        scenarios=command.scenarios,
        arena=command.arena,
        budget=command.budget,
        versions=Versions(
            ethogram=__version__, templates=course.templates, constitution=constitution, dictionary=dictionary
        ),
        constitution=rules if rules is None else dict(rules),
        people=course.people,
        gate=course.gate,
        judges=command.judges or None,
        policies=course.policies or None,
        tenant=command.tenant,
    )


def _of_plugins(
    field: str, kind: str, named: Named, known: Adapters
) -> list[Problem]:
    """What is wrong with the entries of a list that each name a `kind` of plugin and configure it."""
    found = []
    for place, (name, config) in enumerate(named):
        check = known.get(name)
        if check is None:
            found.append(Problem((field, place, kind), f"unknown {kind} {name!r}{suggestion(name, known)}"))
        else:
            found += [Problem((field, place, "config"), words) for words in check(config)]
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


def _of_games(training: Training) -> list[Problem]:
    found = []
    for place, plan in enumerate(training.games):
        wrong = problems_of(plan)
        wrong = wrong or _of_field(plan, rules_of(plan).players, len(training.agents))
        found += [Problem(("games", place, *problem.location), problem.message) for problem in wrong]
    return found


def _of_field(plan: GamePlan, seats: int, agents: int) -> list[Problem]:
    """Whether the agents are enough, and the pairing fits the game."""
    found = []
    if agents < seats:
        found.append(Problem(("game",), f"{plan.game} needs {seats} agents, there are {agents}; add some"))
    if plan.pairing != "round-robin" and seats != 2:
        words = f"{plan.pairing!r} is for games of 2; {plan.game} has {seats} seats: use round-robin"
        found.append(Problem(("pairing",), words))
    if plan.heats is not None and plan.pairing not in HEATED:
        found.append(Problem(("heats",), f"{plan.pairing!r} has as many heats as it needs; leave it out"))
    return found


def _sizes(training: Training) -> list[tuple[int, int]]:
    """Matches of each entry: in its first heat, and in all heats at most."""
    agents = len(training.agents)
    return [matches_of(plan, agents, rules_of(plan).players) for plan in training.games]


def _of_size(training: Training) -> list[Problem]:
    sizes = _sizes(training)
    plan = training.scenarios
    alone = len(training.agents) * plan.count * (1 + plan.depth) if plan else 0
    each = [game.rounds * rules_of(game).turns for game in training.games]
    matched = sum(most * length for (_, most), length in zip(sizes, each, strict=True))
    turns = alone + matched + arenas.most_turns(training)
    matches = sum(first for first, _ in sizes)
    if matches > MOST_MATCHES:
        words = f"{matches:,} matches; one session takes {MOST_MATCHES:,}: fewer agents, games or repetitions"
        return [Problem(("games",), words)]
    if turns > MOST_TURNS:
        return [Problem((), f"{turns:,} turns; one session takes {MOST_TURNS:,}: fewer agents, rounds or scenarios")]
    return []


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
