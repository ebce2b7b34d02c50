"""Choices by the round of the game: the same at once as one by one, however long a game is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethogram.principles import marks
from ethogram.principles.switches import MOST, STEP, Trail, find_switch, trace


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 700))
def test_a_trail_at_once_is_the_same_as_choice_by_choice(seed: int, rounds: int) -> None:
    chance = np.random.Generator(np.random.PCG64(seed))
    own, other = (chance.integers(0, 2, rounds).astype(np.int32) for _ in range(2))
    course, trail = marks.BEGIN, Trail()
    for nth in range(rounds):
        trail = trail.after(nth, marks.situation(course), "CD"[own[nth]])
        course = marks.play_on(course, "CD"[own[nth]], "CD"[other[nth]])
    cells = marks.situations(np.array([0, rounds], dtype=np.int32), own, other)
    assert trail == trace(np.arange(rounds), cells, own.astype(np.int64))
    assert len(trail.stages) <= MOST and trail.step % STEP == 0
    assert sum(sum(stage[:21]) for stage in trail.stages) <= rounds


@pytest.mark.parametrize("rounds", [0, 1, STEP])
def test_too_short_a_game_shows_no_switch(rounds: int) -> None:
    trail = Trail()
    for nth in range(rounds):
        trail = trail.after(nth, marks.situation(marks.BEGIN), "D")
    assert find_switch(trail) == ()
