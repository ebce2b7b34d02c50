"""Plans: several trainings in one file, with what must have ended before what, and how many may run at once. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, StringConstraints, ValidationError

from ethogram.events import SessionId, SettingsError, StartTraining, Training, Value, canonical, derive, digest
from ethogram.events.explanation import Problem, suggestion
from ethogram.events.explanation import problems as schema_problems
from ethogram.events.training import Slug
from ethogram.games.documents import Unreadable, read_document

ENDED = ("completed", "cancelled", "failed", "rejected")
"""States that a session does not leave."""
Standing = Literal["waiting", "running", "completed", "failed", "left-out"]


class Step(Value):
    """One training of a plan, once per seed."""

    id: Slug
    """Its name within the plan."""
    training: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
    """The training file, from the folder of the plan."""
    seeds: Annotated[tuple[Annotated[int, Field(ge=0, lt=2**53)], ...], Field(max_length=1_000)] = ()
    """One session per seed; left out: one, with the seed of the training file."""
    after: tuple[Slug, ...] = ()
    """Steps that must have been completed before."""


class Plan(Value):
    """A plan file."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """For people; another name makes other sessions of the same trainings."""
    concurrency: Annotated[int, Field(ge=1, le=64)] = 2
    """Sessions that run at once."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=1_000)]
    """What is played."""


class Run(NamedTuple):
    """One session of a plan."""

    step: str
    seed: int
    session_id: SessionId
    """Follows from plan, step and training: the same plan again finds the same sessions."""
    command: StartTraining


def load_plan(path: Path) -> Plan:
    """Read and check a plan file; SettingsError (exit code 2) names each mistake with line and field."""
    try:
        document = read_document(path, "a plan file")
    except Unreadable as error:
        raise SettingsError("plan-file", str(error)) from None
    if not isinstance(document.value, dict):
        raise SettingsError("plan-file", f"{path}:1: expected a mapping with the keys {', '.join(Plan.model_fields)}")
    try:
        plan = Plan.model_validate(document.value)
        found = [*document.problems, *problems(plan)]
    except ValidationError as error:
        found = [*document.problems, *schema_problems(error, Plan)]
    if found:
        raise SettingsError("plan-file", "\n".join(document.placed(path, found)))
    return plan


def problems(plan: Plan) -> list[Problem]:
    """What keeps a well-formed plan from being run."""
    ids = [step.id for step in plan.steps]
    found = [
        Problem(("steps", place, "id"), f"{name!r} stands twice")
        for place, name in enumerate(ids)
        if name in ids[:place]
    ]
    found += [
        Problem(("steps", place, "seeds"), "a seed stands twice")
        for place, step in enumerate(plan.steps)
        if len(set(step.seeds)) < len(step.seeds)
    ]
    found += [
        Problem(("steps", place, "after", number), f"no step {name!r}{suggestion(name, ids)}")
        for place, step in enumerate(plan.steps)
        for number, name in enumerate(step.after)
        if name not in ids
    ]
    return found or _cycle(plan, ids)


def _cycle(plan: Plan, ids: Sequence[str]) -> list[Problem]:
    try:
        TopologicalSorter({step.id: step.after for step in plan.steps}).prepare()
    except CycleError as error:
        cycle = error.args[1]
        return [Problem(("steps", ids.index(cycle[0]), "after"), f"a cycle: {' after '.join(reversed(cycle))}")]
    return []


def runs_of(plan: Plan, trainings: Mapping[str, Training]) -> list[Run]:
    """Every session of a plan, given the training of each step."""
    return [
        _run(plan, step, trainings[step.id], seed)
        for step in plan.steps
        for seed in step.seeds or (trainings[step.id].seed,)
    ]


def _run(plan: Plan, step: Step, training: Training, seed: int) -> Run:
    seeded = training.model_copy(update={"seed": seed})
    content = digest(canonical(seeded.model_dump(mode="json", exclude_none=True)))
    session_id = SessionId(derive("plan", plan.name, step.id, content))
    return Run(step.id, seed, session_id, StartTraining(session_id=session_id, **seeded.model_dump()))


class Progress:
    """Where the sessions of a plan stand, by the states of those that have begun."""

    def __init__(self, plan: Plan, runs: Sequence[Run], states: Mapping[SessionId, str]) -> None:
        self._runs, self._states = runs, states
        self._after = {step.id: step.after for step in plan.steps}
        self._room = plan.concurrency
        self._of_step = {step.id: [run for run in runs if run.step == step.id] for step in plan.steps}
        self._hopeless: set[str] = set()
        for step in TopologicalSorter(self._after).static_order():
            if any(before in self._hopeless or self._failed(before) for before in self._after[step]):
                self._hopeless.add(step)

    def standing(self, run: Run) -> Standing:
        """Of one session; left out is what waits for a step that will not be completed."""
        state = self._states.get(run.session_id)
        if state is None:
            return "left-out" if run.step in self._hopeless else "waiting"
        if state not in ENDED:
            return "running"
        return "completed" if state == "completed" else "failed"

    def due(self, started: Collection[SessionId]) -> list[Run]:
        """Sessions to start now; those of `started` were, even where nothing is seen of them yet."""
        unseen = sum(session not in self._states for session in started)
        room = self._room - unseen - sum(self.standing(run) == "running" for run in self._runs)
        waiting = (
            run
            for run in self._runs
            if run.session_id not in started
            and self.standing(run) == "waiting"
            and all(self._completed(step) for step in self._after[run.step])
        )
        return list(islice(waiting, max(0, room)))

    @property
    def over(self) -> bool:
        """Whether nothing runs and nothing can be started any more."""
        return all(self.standing(run) in ("completed", "failed", "left-out") for run in self._runs)

    def _completed(self, step: str) -> bool:
        return all(self._states.get(run.session_id) == "completed" for run in self._of_step[step])

    def _failed(self, step: str) -> bool:
        return any(self.standing(run) == "failed" for run in self._of_step[step])
