"""Plans: mistakes are named where they stand, order and limit are kept, and the same plan finds the same sessions."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethogram.cli.plans import aggregated
from ethogram.events import Chance, SettingsError, Training
from ethogram.games.plans import Plan, Progress, Run, load_plan, runs_of
from tests.unit.games.stage import cast

TRAINING = Training.model_validate({
    "name": "one", "seed": 3, "agents": cast("tit-for-tat", "always-defect"), "games": [{"game": "chicken"}],
})  # fmt: skip
STEPS = [
    {"id": "base", "training": "t.yaml", "seeds": [1, 2, 3]},
    {"id": "noisy", "training": "t.yaml", "after": ["base"]},
    {"id": "last", "training": "t.yaml", "after": ["noisy", "base"]},
    {"id": "alone", "training": "t.yaml"},
]


def plan(**changes: object) -> Plan:
    return Plan.model_validate({"name": "p", "steps": STEPS, **changes})


def runs(made: Plan) -> list[Run]:
    return runs_of(made, {step.id: TRAINING for step in made.steps})


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([{**STEPS[0], "after": ["last"]}, *STEPS[1:]], "steps[0].after: a cycle: base after last"),
        ([{**STEPS[0], "after": ["base"]}], "steps[0].after: a cycle: base after base"),
        ([{**STEPS[0], "after": ["bas"]}], "steps[0].after[0]: no step 'bas'; did you mean 'base'?"),
        ([STEPS[0], STEPS[0]], "steps[1].id: 'base' stands twice"),
        ([{**STEPS[0], "seeds": [1, 1]}], "steps[0].seeds: a seed stands twice"),
        ([{"id": "base"}], "steps[0].training"),
        ([], "steps"),
    ],
)
def test_a_plan_that_cannot_be_run_is_refused_where_it_is_wrong(tmp_path: Path, steps: list, words: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(f"name: p\nsteps: {steps}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as refusal:
        load_plan(path)
    assert f"{path}:2: " in refusal.value.message and words in refusal.value.message


def test_the_same_plan_is_the_same_sessions_and_any_change_other_ones() -> None:
    ids = [run.session_id for run in runs(plan())]
    assert len(set(ids)) == len(ids) == 6 and ids == [run.session_id for run in runs(plan(concurrency=5))]
    assert not {run.session_id for run in runs(plan(name="q"))} & set(ids)
    other = TRAINING.model_copy(update={"name": "two"})
    assert not {run.session_id for run in runs_of(plan(), {step.id: other for step in plan().steps})} & set(ids)
    assert [run.command.seed for run in runs(plan())] == [1, 2, 3, 3, 3, 3]


@given(st.integers(0, 2**32), st.integers(1, 4), st.booleans())
def test_order_and_limit_are_kept_whatever_ends_first(seed: int, limit: int, forgetful: bool) -> None:
    """With a stop between any two looks, too: `forgetful` knows only what has been seen."""
    made, chance = plan(concurrency=limit), Chance(seed, "plan")
    all_runs, states, started = runs(made), {}, set()
    for _ in range(60):
        progress = Progress(made, all_runs, states)
        if progress.over:
            break
        for run in progress.due(started):
            assert all(
                states.get(before.session_id) == "completed"
                for before in all_runs
                if before.step in next(step.after for step in made.steps if step.id == run.step)
            )
            started.add(run.session_id)
        assert len([session for session in started if states.get(session) != "completed"]) <= limit
        for session in started:
            states[session] = "completed" if states.get(session) == "completed" or chance.flip(0.5) else "running"
        started = set() if forgetful else started
        started |= {session for session, state in states.items() if state}
    assert Progress(made, all_runs, states).over and len(states) == len(all_runs)


def test_what_waits_for_a_failure_is_left_out_and_the_rest_is_played() -> None:
    made = plan()
    known = runs(made)
    states = {known[0].session_id: "failed", known[1].session_id: "completed", known[2].session_id: "completed"}
    progress = Progress(made, known, states)
    assert [progress.standing(run) for run in known[3:]] == ["left-out", "left-out", "waiting"]
    assert [run.step for run in progress.due(())] == ["alone"] and not progress.over
    assert Progress(made, known, {**states, known[5].session_id: "completed"}).over


def test_results_are_counted_over_sessions() -> None:
    rows = [
        {"step": "base", "agent_id": "a", "total": total, "rank": rank, "verdict": verdict}
        for total, rank, verdict in ((0.5, 1, "approve"), (0.7, 2, "revise"), (0.6, 1, "approve"))
    ]
    (told,) = aggregated(rows)
    assert (told["sessions"], told["score"], told["deviation"], told["first"]) == (3, 0.6, 0.1, 2)
    assert told["verdicts"] == {"approve": 2, "revise": 1}
    assert aggregated(rows[:1])[0]["deviation"] is None
