"""The dictionary means what it says: its automata play like players that were written apart from it."""

from __future__ import annotations

import pytest

from ethogram.events import Chance
from ethogram.principles import LABELS, STRATEGIES, UNLISTED, dictionary_digest
from ethogram.principles.automata import JOINT, Automaton, compile_automata
from ethogram.principles.probes import SCRIPTS, labels
from ethogram.principles.strength import of_counts, of_strata

from .players import PLAYERS

BY_NAME = {automaton.name: automaton for automaton in STRATEGIES}


@pytest.mark.parametrize("name", sorted(set(PLAYERS) - {"random", "generous-tit-for-tat"}))
def test_an_automaton_plays_like_its_namesake(name: str) -> None:
    automaton, chance = BY_NAME[name], Chance(5, name)
    state, own, other = 0, "", ""
    for _ in range(300):
        assert automaton.cooperates[state] == (PLAYERS[name](own, other, chance) == "C")
        mine, theirs = chance.choice("CD"), chance.choice("CD")  # any history may happen under noise
        state = int(automaton.successors[state][JOINT.index(mine + theirs)])
        own, other = own + mine, other + theirs


def test_names_are_unique_and_the_open_entry_comes_last() -> None:
    assert len(BY_NAME) == len(STRATEGIES)
    assert STRATEGIES[-1].name == UNLISTED
    assert len(dictionary_digest()) == 64


@pytest.mark.parametrize(
    ("chances", "rows", "words"),
    [
        ((1,), ("0001",), "four successors below 1"),
        ((1, 0), ("0101",), "needs 1 to 10 states"),
        ((2,), ("0000",), "lie between"),
    ],
)
def test_an_automaton_that_contradicts_itself_is_refused(
    chances: tuple[float, ...], rows: tuple[str, ...], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        compile_automata([Automaton("odd", "here", chances, rows)])


def test_scripts_have_120_turns_and_labels_are_eight() -> None:
    assert {len(script) for script in SCRIPTS.values()} == {120}
    assert len(LABELS) == 8 and list(LABELS) == sorted(LABELS)


def test_labels_of_some_neighbours() -> None:
    assert labels(BY_NAME["grim-trigger-2"]) >= {"nice", "grudging"}
    assert "exploitative" in labels(BY_NAME["bully"])
    assert "random" in labels(BY_NAME["generous-tit-for-tat"])


def test_intervals_hold_their_level_and_narrow_with_evidence() -> None:
    low, high = of_counts((50, 50)).interval()
    assert (low, high) == pytest.approx((0.403, 0.597), abs=0.002)
    assert of_strata([(40, 0), (0, 40)]).mean == pytest.approx(0.5)
    wide, narrow = of_strata([(2, 1), (1, 2)]).interval(), of_strata([(200, 100), (100, 200)]).interval()
    assert narrow[1] - narrow[0] < 0.2 * (wide[1] - wide[0])
