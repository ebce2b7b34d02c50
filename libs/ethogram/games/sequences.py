"""An agent's sequence of scenarios: what opens it, and what follows each: a follow-up, the next in the rotation, or one
that is chosen by what was inferred, for which the sequence waits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ethogram.events import Chosen, DeadlinePassed, PosteriorAwaited, PrinciplesInferred, ScenarioPlan, TurnResolved
from ethogram.games.course import Course, Play
from ethogram.games.generation import effects_of
from ethogram.games.picks import Candidate, Conduct, Pick, fixed, telling
from ethogram.games.templates import Library

CONDUCTS: tuple[Conduct, ...] = ("C", "D")


def opening(seed: int, plan: ScenarioPlan, templates: Library) -> Pick:
    """What every agent of a session meets first."""
    if plan.choice == "fixed":
        return fixed(seed, plan, 1, templates)
    return _chosen(seed, plan, templates, {}, 1, None)


def advance(
    course: Course, play: Play, told: TurnResolved, plan: ScenarioPlan, templates: Library
) -> tuple[Play, Sequence[PosteriorAwaited]]:
    """The sequence after a resolved turn: with its next dilemma, or waiting for what is inferred from this one."""
    here = picked(play)
    executed = next(option for option in told.options if option.id == told.actions[0].executed)
    if play.turns > told.turn and len(here.path) < plan.depth and _leads_on(templates, here, executed.name):
        return play.model_copy(update={"pick": here.model_copy(update={"path": (*here.path, executed.name)})}), ()
    if here.number == plan.count:
        return play, ()
    if plan.choice == "fixed":
        return play.model_copy(update={"pick": fixed(course.seed, plan, here.number + 1, templates)}), ()
    awaited = PosteriorAwaited(
        session_id=course.session_id, game_id=told.game_id, turn=told.turn + 1, agent_id=play.players[0],
        after=told.id, seconds=plan.wait_s,
    )  # fmt: skip
    dilemma = f"{here.template} {here.conduct}"
    met = {**play.met, dilemma: play.met.get(dilemma, 0) + 1}
    return play.model_copy(update={"awaits": told.id, "met": met}), (awaited,)


def informed(course: Course, play: Play, inferred: PrinciplesInferred, plan: ScenarioPlan, templates: Library) -> Play:
    """The sequence once it is known what was waited for: the next dilemma is chosen."""
    pick = _chosen(course.seed, plan, templates, play.met, picked(play).number + 1, inferred)
    return play.model_copy(update={"pick": pick, "awaits": None})


def uninformed(course: Course, play: Play, passed: DeadlinePassed, plan: ScenarioPlan, templates: Library) -> Play:
    """The sequence once the deadline has passed: the rotation goes on, and says so."""
    pick = fixed(course.seed, plan, picked(play).number + 1, templates)
    told = _told(play.met, pick.template)
    update = {
        "told": told, "telling": telling(course.seed, pick.template, told),
        "chosen": Chosen(by=plan.choice, basis=passed.id, in_time=False),
    }  # fmt: skip
    return play.model_copy(update={"pick": pick.model_copy(update=update), "awaits": None})


def picked(play: Play) -> Pick:
    """The current dilemma of a sequence."""
    if play.pick is None:
        raise ValueError(f"{play.players[0]}: a sequence of scenarios without a dilemma")
    return play.pick


def _leads_on(templates: Library, here: Pick, name: str) -> bool:
    _, template = templates.by_id[here.template]
    return template.node(here.path).option(name).leads_to is not None


def _chosen(
    seed: int, plan: ScenarioPlan, templates: Library, met: dict[str, int], number: int,
    inferred: PrinciplesInferred | None,
) -> Pick:  # fmt: skip
    """The best of the dilemmas that this agent has met least often; one is a template and what the counterpart did."""
    from ethogram.games.next_scenario import select  # NumPy: only the image of the service that chooses has it

    held = tuple(each.id for archetype in dict.fromkeys(plan.archetypes) for each in templates.templates[archetype])
    known = [(met.get(f"{each.template} {each.conduct}", 0), each) for each in candidates(templates, held)]
    least = min(times for times, _ in known)
    found = select(plan, inferred, [each for times, each in known if times == least])
    best, told = found.candidate, _told(met, found.candidate.template)
    return Pick(
        template=best.template, conduct=best.conduct, number=number, told=told,
        telling=telling(seed, best.template, told),
        chosen=Chosen(by=plan.choice, basis=inferred.id if inferred else None, target=found.target, gain=found.gain),
    )  # fmt: skip


def _told(met: dict[str, int], template: str) -> int:
    return sum(met.get(f"{template} {conduct}", 0) for conduct in CONDUCTS)


@lru_cache(maxsize=256)
def candidates(templates: Library, names: tuple[str, ...]) -> tuple[Candidate, ...]:
    """The opening dilemmas of these templates, each with either conduct of the counterpart."""
    return tuple(
        Candidate(name, conduct, tuple(effects_of(option, conduct) for option in templates.by_id[name][1].options))
        for name in names
        for conduct in CONDUCTS
    )
