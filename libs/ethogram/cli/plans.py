"""Plans: several trainings run to their end in order, and on from where they stopped."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ethogram.cli.failures import CommandFailed, ExitCode
from ethogram.cli.options import AsJson
from ethogram.cli.output import console, number, safe, short, show_json, table
from ethogram.cli.reach import database, reachable
from ethogram.cli.training import command_from, publish_start

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ethogram.events import SessionId
    from ethogram.games.plans import Plan, Progress, Run
    from ethogram.runtime.settings import Settings

LOOK_EVERY_S = 0.5
plans = typer.Typer(help="Plans: several trainings, in order, run to their end.", no_args_is_help=True)
PlanFile = Annotated[Path, typer.Argument(metavar="FILE", help="A plan file (YAML).")]


@plans.command("check")
def check_plan(file: PlanFile, as_json: AsJson = False) -> None:
    """Check a plan and every training that it names, without starting anything.

    Example: `ethogram plans check examples/plans/seeds.yaml`
    """
    plan, runs = _read(file)
    if as_json:
        show_json({"name": plan.name, "sessions": [_told(run) for run in runs]})
    else:
        console().print(safe(f"{plan.name}: {len(plan.steps)} steps, {len(runs)} sessions"))


@plans.command("run")
def run_plan(file: PlanFile, as_json: AsJson = False) -> None:
    """Run a plan to its end. What has run is not run again: stop it, and it goes on from there.

    Exit code 1 if a session failed; steps that wait for it are left out.

    Example: `ethogram plans run examples/plans/seeds.yaml`
    """
    plan, runs = _read(file)
    settings = reachable()
    with database(settings) as engine:
        _tell(plan, runs, _play(plan, runs, settings, engine, quiet=as_json), engine, as_json)


@plans.command("status")
def status_of_plan(file: PlanFile, as_json: AsJson = False) -> None:
    """Tell where the sessions of a plan stand, and what came of those that have ended.

    Example: `ethogram plans status examples/plans/seeds.yaml`
    """
    plan, runs = _read(file)
    with database(reachable()) as engine:
        _tell(plan, runs, _look(runs, engine), engine, as_json)


Seen = Mapping[Any, Mapping[str, Any]]


def _read(file: Path) -> tuple[Plan, list[Run]]:
    from ethogram.events import Training
    from ethogram.games.plans import load_plan, runs_of

    plan = load_plan(file)
    trainings = {}
    for step in plan.steps:
        command = command_from(file.parent / step.training)
        trainings[step.id] = Training.model_validate(command.model_dump(include=set(Training.model_fields)))
    return plan, runs_of(plan, trainings)


def _look(runs: Sequence[Run], engine: Engine) -> Seen:
    from ethogram.runtime.store.plan_reports import standings_of

    with engine.connect() as connection:
        return standings_of(connection, [run.session_id for run in runs])


def _progress(plan: Plan, runs: Sequence[Run], seen: Seen) -> Progress:
    from ethogram.games.plans import Progress

    return Progress(plan, runs, {session: row["state"] for session, row in seen.items()})


def _play(plan: Plan, runs: Sequence[Run], settings: Settings, engine: Engine, *, quiet: bool) -> Seen:
    """Start what is due until nothing is; the last look at it."""
    began, told = time.monotonic(), ""
    started: set[SessionId] = set()
    seen = _look(runs, engine)
    done_before = _turns(runs, seen)[0]
    while not (progress := _progress(plan, runs, seen)).over:
        for run in progress.due(started):
            publish_start(run.command, settings)
            started.add(run.session_id)
        line = _line(runs, progress, seen, time.monotonic() - began, done_before)
        if line != told and not quiet:
            console().print(safe(line))
            told = line
        time.sleep(LOOK_EVERY_S)
        seen = _look(runs, engine)
    return seen


def _line(runs: Sequence[Run], progress: Progress, seen: Seen, elapsed: float, before: int) -> str:
    """How far it is, and how long the rest takes at the pace so far."""
    counts = Counter(progress.standing(run) for run in runs)
    done, planned = _turns(runs, seen)
    left = f", about {(planned - done) * elapsed / (done - before):.0f} s left" if done > before else ""
    standing = ", ".join(f"{count} {name}" for name, count in counts.items())
    return f"{standing}; {done} of about {planned} turns{left}"


def _turns(runs: Sequence[Run], seen: Seen) -> tuple[int, int]:
    """Turns that are resolved and planned; a session that has not begun is thought as long as the others."""
    done = sum(row["resolved_turns"] for row in seen.values())
    planned = sum(row["planned_turns"] or 0 for row in seen.values())
    return done, planned * len(runs) // max(1, len(seen))


def _tell(plan: Plan, runs: Sequence[Run], seen: Seen, engine: Engine, as_json: bool) -> None:
    from ethogram.runtime.store.plan_reports import outcomes_of

    progress = _progress(plan, runs, seen)
    with engine.connect() as connection:
        outcomes = outcomes_of(connection, [run.session_id for run in runs])
    steps = {run.session_id: run.step for run in runs}
    results = aggregated({**one, "step": steps[one["session_id"]]} for one in outcomes)
    sessions = [
        {**_told(run), "standing": progress.standing(run), "reason": seen.get(run.session_id, {}).get("reason")}
        for run in runs
    ]
    if as_json:
        show_json({"name": plan.name, "sessions": sessions, "results": results})
    else:
        _show(sessions, results)
    failed = [one for one in sessions if one["standing"] in ("failed", "left-out")]
    if failed:
        raise CommandFailed(ExitCode.FAILED, f"{len(failed)} of {len(sessions)} sessions failed or were left out")


def aggregated(outcomes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Per step and agent: sessions, mean score and its deviation over them, how often first, verdicts."""
    from statistics import fmean, stdev

    found: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for one in outcomes:
        found[one["step"], one["agent_id"]].append(one)
    return [
        {
            "step": step, "agent_id": agent, "sessions": len(rows), "score": round(fmean(_totals(rows)), 5),
            "deviation": round(stdev(_totals(rows)), 5) if len(rows) > 1 else None,
            "first": sum(row["rank"] == 1 for row in rows),
            "verdicts": dict(sorted(Counter(row["verdict"] or "none" for row in rows).items())),
        }
        for (step, agent), rows in sorted(found.items())
    ]  # fmt: skip


def _totals(rows: Iterable[Mapping[str, Any]]) -> list[float]:
    return [row["total"] for row in rows]


def _told(run: Run) -> dict[str, Any]:
    return {"step": run.step, "seed": run.seed, "session_id": run.session_id}


def _show(sessions: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]]) -> None:
    rows = table("Sessions", "step", "seed>", "session", "state", "reason")
    for one in sessions:
        where = safe(one["step"]), str(one["seed"]), short(one["session_id"])
        rows.add_row(*where, one["standing"], safe(one["reason"] or ""))
    console().print(rows)
    if not results:
        return
    rows = table("Results", "step", "agent", "sessions>", "score>", "±>", "first>", "verdicts")
    for one in results:
        verdicts = ", ".join(f"{name} {count}" for name, count in one["verdicts"].items())
        rows.add_row(safe(one["step"]), safe(one["agent_id"]), str(one["sessions"]), number(one["score"]),
                     number(one["deviation"]), str(one["first"]), safe(verdicts))  # fmt: skip
    console().print(rows)
