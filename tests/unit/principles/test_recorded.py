"""Recorded games: read whatever way they are written, refused with the wrong line, inferred as by the worker."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ethogram.events import AgentId
from ethogram.events.errors import InvalidRecord
from ethogram.principles import Observation, conclude, fit
from ethogram.principles.career import career as career_of
from ethogram.principles.career import cite
from ethogram.principles.log import Log
from ethogram.principles.reading import as_json
from ethogram.principles.recorded import parse_mapping, read_log
from ethogram.principles.visible import split

from .players import PLAYERS, SESSION, match

HEAD = "subject,game,round,choice,other_choice\n"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def rows(player: str, other: str, games: int, rounds: int, subject: str = "a") -> list[dict[str, object]]:
    return [
        {"subject": subject, "game": game, "round": number, "choice": mine, "other_choice": theirs}
        for game in range(1, games + 1)
        for number, (_, mine, _, theirs) in enumerate(
            match(PLAYERS[player], PLAYERS[other], rounds, 0.1, f"{subject}{game}"), 1
        )
    ]


def as_csv(told: list[dict[str, object]]) -> str:
    return HEAD + "".join(",".join(map(str, row.values())) + "\n" for row in told)


def lived(log: Log, subject: int) -> list[Observation]:
    only = log.part([subject])
    acts = []
    for game, (first, end) in enumerate(zip(only.games[:-1].tolist(), only.games[1:].tolist(), strict=True)):
        before = ""
        for row in range(first, end):
            own, other = "CD"[only.own[row]], "CD"[only.other[row]]
            acts.append(Observation(game=f"{game:06d}", turn=row - first + 1, intended=own, executed=own, other=other,
                                    before=before, evidence=cite(only, row), last=row == end - 1))  # fmt: skip
            before = own + other
    return acts


@pytest.mark.parametrize(("player", "other"), [("tit-for-tat", "random"), ("random", "grim-trigger")])
def test_a_career_at_once_is_the_same_evidence_as_act_by_act(tmp_path: Path, player: str, other: str) -> None:
    told = rows(player, other, 9, 14) + rows(other, player, 2, 1, "b") + rows("alternator", other, 1, 60, "c")
    log = read_log(write(tmp_path / "log.csv", as_csv(told)))
    for subject in range(3):
        one, all_at_once = fit(lived(log, subject)), career_of(log, subject)
        assert one.model_dump(exclude={"forecast"}) == all_at_once.model_dump(exclude={"forecast"})
        said = [
            conclude(each, SESSION, AgentId("a"), closing=True, measured=(3, 0.1, 1.0)) for each in (one, all_at_once)
        ]
        assert said[0].body() == said[1].body()


def test_csv_jsonl_and_parquet_say_the_same(tmp_path: Path) -> None:
    told = rows("tit-for-tat", "random", 5, 8) + rows("random", "tit-for-tat", 5, 8, "b")
    first = as_json(read_log(write(tmp_path / "a.csv", as_csv(told))))
    second = as_json(read_log(write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, told)))))
    parquet = pytest.importorskip("pyarrow.parquet")
    arrow = pytest.importorskip("pyarrow")
    parquet.write_table(arrow.Table.from_pylist(told), tmp_path / "a.parquet")
    third = as_json(read_log(tmp_path / "a.parquet"))
    assert first["prediction"] == second["prediction"] == third["prediction"]
    assert first["agents"] == second["agents"] == third["agents"]


def test_columns_may_be_mapped_also_into_nested_json_and_any_case(tmp_path: Path) -> None:
    told = [{"id": 7, "game": 1, "round": n, "choice": "d", "other": {"choice": "C"}} for n in range(1, 5)]
    path = write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, told)))
    log = read_log(path, mapping=parse_mapping("subject=id, other_choice=other.choice"))
    assert log.dilemma and log.subjects == (("", "7"),) and log.own.tolist() == [1, 1, 1, 1]


def test_the_order_of_rows_does_not_matter_and_games_go_by_number(tmp_path: Path) -> None:
    told = rows("tit-for-tat", "random", 12, 3)
    log = read_log(write(tmp_path / "a.csv", as_csv(told)))
    mixed = read_log(write(tmp_path / "b.csv", as_csv([told[at] for at in np.argsort([r % 7 for r in range(36)])])))
    assert log.game_names == mixed.game_names == tuple(str(number) for number in range(1, 13))
    assert log.own.tolist() == mixed.own.tolist()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (HEAD, "holds no choice"),
        ("subject,game,round,choice\na,1,1,C\n", "no column 'other_choice'"),
        (HEAD + "a,1,x,C,C\n", "line 2: round 'x' is not a whole number"),
        (HEAD + "a,1,1,,C\n", "line 2: choice is empty"),
        (HEAD + ",1,1,C,C\n", "line 2: subject is empty"),
        (HEAD + "a,1,1,C\n", "line 2: 4 fields instead of 5"),
        (HEAD + "a,1,1,C,C\na,1,1,D,C\n", "stands there twice"),
        (HEAD + '"a,1,1,C,C\n', "cannot be read"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InvalidRecord, match=words):
        read_log(write(tmp_path / "log.csv", text))


def test_what_is_no_file_of_games_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00subject")
    (tmp_path / "a.parquet").write_bytes(b"no")
    for name, words in (
        ("a.csv", "not UTF-8"),
        ("a.parquet", "not a Parquet file"),
        ("none", "not there"),
        ("", "folder"),
    ):
        with pytest.raises(InvalidRecord, match=words):
            read_log(tmp_path / name)
    with pytest.raises(InvalidRecord, match="not of the form"):
        parse_mapping("subject")
    with pytest.raises(InvalidRecord, match="no column 'subjekt'"):
        parse_mapping("subjekt=id")


@pytest.mark.parametrize(("games", "rounds", "held"), [(1, 1, 1), (1, 10, 3), (10, 1, 3), (2, 4, 4), (7, 2, 6)])
def test_the_last_30_percent_are_held_out(tmp_path: Path, games: int, rounds: int, held: int) -> None:
    log = read_log(write(tmp_path / "a.csv", as_csv(rows_of_one(games, rounds))))
    parts = split(log)
    assert parts.held.sum() == held and parts.held[-held:].all()
    found = as_json(log)
    assert found["prediction"]["n"] == held  # type: ignore[index]


def rows_of_one(games: int, rounds: int) -> list[dict[str, object]]:
    return rows("random", "random", games, rounds)


def test_what_is_held_out_changes_no_prediction_of_another_game(tmp_path: Path) -> None:
    from ethogram.principles.foresight import foresee_choices

    told = rows("tit-for-tat", "random", 10, 5) + rows("random", "random", 10, 5, "b")
    log = read_log(write(tmp_path / "a.csv", as_csv(told)))
    for row in told:
        if row["game"] == 10:
            row["choice"] = "D" if row["choice"] == "C" else "C"
    other = read_log(write(tmp_path / "b.csv", as_csv(told)))
    one, two = (foresee_choices(each, split(each)) for each in (log, other))
    assert one[:45] == pytest.approx(two[:45], abs=1e-12)
    assert one[45] == pytest.approx(two[45], abs=1e-12)  # nor that of a game's first round by what follows it


def test_choices_of_other_games_are_predicted_by_habit(tmp_path: Path) -> None:
    told = [{"subject": "a", "game": g, "round": r, "choice": "rps"[r % 3], "other_choice": "rps"[(g + r) % 3]}
            for g in range(10) for r in range(9)]  # fmt: skip
    found = as_json(read_log(write(tmp_path / "a.csv", as_csv(told))))
    assert found["dilemma"] is False and found["symbols"] == ["p", "r", "s"]
    assert found["prediction"]["log_loss"] < 0.2 and found["prediction"]["accuracy"] == 1  # type: ignore[index]
    assert found["agents"][0]["prediction"]["next_choice"]["p"] == pytest.approx(1 / 3, abs=1e-4)  # type: ignore[index]


def test_held_out_choices_are_predicted_better_than_by_own_smoothed_memory_one(tmp_path: Path) -> None:
    kinds = ["tit-for-tat", "always-defect", "grim-trigger", "win-stay-lose-shift", "random", "always-cooperate"]
    told = [row for n in range(24) for row in rows(kinds[n % 6], kinds[(n // 6 + n) % 6], 10, 4, f"s{n}")]
    log = read_log(write(tmp_path / "a.csv", as_csv(told)))
    found = as_json(log)
    assert found["prediction"]["log_loss"] < memory_one(log)  # type: ignore[index]


def memory_one(log: Log) -> float:
    parts, losses = split(log), []
    for subject in range(len(log.subjects)):
        counts: dict[str, list[float]] = {}
        acts = lived(log, subject)
        held = parts.held[parts.subject == subject]
        for act, out in zip(acts, held.tolist(), strict=True):
            seen = counts.setdefault(act.before, [0.5, 0.5])
            side = int(act.intended == "D")
            if out:
                losses.append(-np.log(seen[side] / sum(seen)))
            else:
                seen[side] += 1
    return float(np.mean(losses))
