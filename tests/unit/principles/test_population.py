"""Shares of strategies in a population: recovered, as likely as can be, and refused where they cannot be told."""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np
import pytest

from ethogram.events import Chance
from ethogram.events.errors import InvalidRecord
from ethogram.principles.automata import JOINT, Automaton
from ethogram.principles.library import LIBRARY, SETS, choose, read_automata
from ethogram.principles.log import Log, assemble
from ethogram.principles.population import as_json, estimate


def society(shares: dict[str, int], tremble: float, games: int = 8, rounds: int = 8, seed: str = "s") -> Log:
    """Subjects of known strategies, each against a coin."""
    raw = tuple(array(code) for code in "iiihh")
    subjects: dict[tuple[str, str], int] = {}
    names: dict[tuple[int, str], int] = {}
    for number, name in enumerate(name for name, count in shares.items() for _ in range(count)):
        chance, automaton = Chance(seed, number), LIBRARY[name]
        subjects["", f"{name}-{number}"] = number
        for game in range(games):
            state = 0
            names[number, str(game)] = len(names)
            for nth in range(rounds):
                cooperates = chance.flip(automaton.cooperates[state]) != chance.flip(tremble)
                own, other = ("C" if cooperates else "D"), chance.choice("CCD")
                for column, value in zip(raw, (number, len(names) - 1, nth, own == "D", other == "D"), strict=True):
                    column.append(int(value))
                state = int(automaton.successors[state][JOINT.index(own + other)])
    return assemble("society", subjects, names, {"C": 0, "D": 1}, raw)  # type: ignore[arg-type]


def test_shares_and_tremble_of_a_known_society_are_recovered() -> None:
    true = {"ALLD": 30, "TFT": 40, "GRIM": 20, "WSLS": 10}
    found = estimate(society(true, 0.08), choose(["DF2011"]), resamples=60)
    for name, share, (low, high) in zip(found.names, found.shares, found.intervals, strict=True):
        assert share == pytest.approx(true.get(name, 0) / 100, abs=0.03)
        assert low - 1e-9 <= true.get(name, 0) / 100 <= high + 0.01
    assert found.tremble == pytest.approx(0.08, abs=0.01)
    assert found.shares.sum() == pytest.approx(1)
    assert found.tremble_interval[0] < found.tremble < found.tremble_interval[1]


def test_the_likelihood_is_that_of_the_paper_and_nothing_near_is_likelier() -> None:
    log, automata = society({"ALLD": 3, "TFT": 4, "ALLC": 2}, 0.15, games=4), choose(["ALLD", "ALLC", "TFT"])
    found = estimate(log, automata, resamples=0)

    def likelihood(shares: np.ndarray, beta: float) -> float:
        total = 0.0
        for subject in range(len(log.subjects)):
            only, chances = log.part([subject]), []
            for automaton in automata:
                chance = 1.0
                for first, end in zip(only.games[:-1].tolist(), only.games[1:].tolist(), strict=True):
                    state = 0
                    for row in range(first, end):
                        own, other = "CD"[only.own[row]], "CD"[only.other[row]]
                        chance *= beta if (automaton.cooperates[state] == 1) == (own == "C") else 1 - beta
                        state = int(automaton.successors[state][JOINT.index(own + other)])
                chances.append(chance)
            total += np.log(np.dot(shares, chances))
        return float(total)

    best = likelihood(found.shares, 1 - found.tremble)
    assert found.log_likelihood == pytest.approx(best, abs=1e-6)
    for move in ((0.02, -0.02, 0, 0), (0, 0.02, -0.02, 0), (-0.02, 0, 0.02, 0), (0, 0, 0, 0.02), (0, 0, 0, -0.02)):
        shares = found.shares + np.array(move[:3])
        if (shares >= 0).all():
            assert likelihood(shares, 1 - found.tremble + move[3]) < best


def test_coins_and_other_chances_may_stand_in_the_library() -> None:
    odd = Automaton("NINE", "here", (0.9, 0.0), ("0101", "0101"))
    found = estimate(society({"RAND": 5, "TFT": 10}, 0.05), choose(["TFT", "RAND", "NINE"], [odd]), resamples=0)
    assert dict(zip(found.names, found.shares, strict=True))["RAND"] == pytest.approx(1 / 3, abs=0.02)


def test_other_chances_change_nothing_where_nobody_takes_them() -> None:
    """Then the tremble is searched for instead of counted; it must be the same one."""
    odd = Automaton("NEVER", "here", (0.0, 0.9), ("1111", "1111"))
    log = society({"ALLD": 4, "TFT": 8}, 0.1)
    counted, searched = (estimate(log, choose(["TFT", "ALLD", *extra], [odd]), resamples=0)
                         for extra in ([], ["NEVER"]))  # fmt: skip
    assert searched.tremble == pytest.approx(counted.tremble, abs=1e-7)
    assert searched.shares[:2] == pytest.approx(counted.shares, abs=1e-6)


def test_strategies_that_prescribe_the_same_throughout_are_named() -> None:
    found = estimate(society({"ALLC": 6}, 0.0, rounds=1), choose(["ALLC", "TFT", "ALLD"]), resamples=0)
    assert found.alike == (("TFT", "ALLC"),)
    assert as_json(found)["indistinguishable"] == [["TFT", "ALLC"]]


def test_the_sets_of_the_papers_are_whole() -> None:
    assert len(choose(["DF2011"])) == 6 and len(choose(["frd2012"])) == 11
    assert [automaton.name for automaton in choose(["tft", " D-TFT", "TFT"])] == ["TFT", "DTFT"]
    assert set(SETS["FRD2012"]) | set(SETS["DF2011"]) <= set(LIBRARY)
    with pytest.raises(InvalidRecord, match="'TFFT' is not in the library"):
        choose(["TFFT"])


def test_2tf2t_punishes_two_defections_in_a_row_for_two_rounds() -> None:
    automaton, state, shown = LIBRARY["2TF2T"], 0, ""
    for other in "CDCDDCCC":
        shown += "C" if automaton.cooperates[state] else "D"
        state = int(automaton.successors[state][JOINT.index("C" + other)])
    assert shown == "CCCCCDDC"


def test_own_automata_are_read_and_wrong_ones_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text('- {name: MINE, cooperates: [1, 0], successors: ["0111", "1111"]}\n')
    assert choose(["mine"], read_automata(path))[0].name == "MINE"
    for text in ("- {name: MINE}", "[]", "a: [", '- {name: M, cooperates: [2], successors: ["0000"]}', "- 3"):
        path.write_text(text)
        with pytest.raises(InvalidRecord):
            read_automata(path)


def test_choices_that_are_not_of_a_dilemma_are_refused() -> None:
    log = society({"TFT": 1}, 0.0)
    with pytest.raises(InvalidRecord, match="choices C and D of both"):
        estimate(Log(**{**vars(log), "symbols": ("left", "right")}), choose(["TFT"]))
