"""`ethogram preferences` on a file: payoffs become parameters, and what is wrong is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from ethogram.cli.app import app
from ethogram.events.errors import InvalidRecord
from ethogram.principles.decided import contributions_of, preferences_of, read_decisions
from ethogram.principles.reading import as_json
from ethogram.principles.recorded import read_log

HEAD = "subject,decision,option,chosen,own,other\n"
GOOD = HEAD + "a,1,x,1,3,1\na,1,y,0,2,2\n"


def test_envy_is_told_from_a_file_of_options(tmp_path: Path) -> None:
    rng, lines = np.random.default_rng(3), [HEAD]
    for decision in range(150):
        paid = rng.uniform(0, 10, (2, 2)).round(2)
        worth = [own - 1.0 * max(other - own, 0) for own, other in paid.tolist()]
        taken = int(rng.random() < 1 / (1 + np.exp(2 * (worth[0] - worth[1]))))
        for option, (own, other) in enumerate(paid.tolist()):
            lines.append(f"ann,{decision},o{option},{int(option == taken)},{own},{other}\n")
    (tmp_path / "log.csv").write_text("".join(lines))
    told = parameters(tmp_path / "log.csv")
    assert told["envy"]["interval"][0] < 1 < told["envy"]["interval"][1] and told["envy"]["value"] > 0.5
    assert told["guilt"]["interval"][0] < 0 < told["guilt"]["interval"][1]
    assert told["precision"]["interval"][0] < 2 < told["precision"]["interval"][1]
    shown = CliRunner().invoke(app, ["preferences", str(tmp_path / "log.csv")])
    assert shown.exit_code == 0 and "envy" in shown.stdout and "ann" in shown.stdout


def test_attitude_to_risk_is_told_from_lotteries_and_mapped_columns(tmp_path: Path) -> None:
    lines = ["id,decision,option,taken,own,probability"]
    for number, chance in enumerate(np.linspace(0.05, 0.95, 20).tolist()):
        risky = chance > 0.7  # 4 for certain against 9 or 1: a neutral one would take the risk from .375 on
        lines += [f"b,{number},safe,{int(not risky)},4,1", f"b,{number},risky,{int(risky)},9,{chance}",
                  f"b,{number},risky,{int(risky)},1,{1 - chance}"]  # fmt: skip
    (tmp_path / "log.csv").write_text("\n".join(lines))
    told = parameters(tmp_path / "log.csv", "--map", "subject=id,chosen=taken")
    assert told["risk-aversion"]["interval"][0] > 0


def test_conditional_cooperation_is_told_from_contributions(tmp_path: Path) -> None:
    rng, lines = np.random.default_rng(4), ["subject,game,round,choice,other_choice"]
    for game in range(4):
        before = 10
        for number in range(10):
            others = int(rng.integers(0, 21))
            lines.append(f"c,{game},{number},{round(0.5 * before) + 2},{others}")
            before = others
    (tmp_path / "log.csv").write_text("\n".join(lines))
    told = parameters(tmp_path / "log.csv", "--endowment", "20")
    assert told["conditional-cooperation"]["value"] == pytest.approx(0.5, abs=0.03)
    found: Any = as_json(read_log(tmp_path / "log.csv"))
    (agent,) = found["agents"]
    slope = next(one for one in agent["preferences"] if one["name"] == "conditional-cooperation")
    assert slope["value"] == pytest.approx(0.5, abs=0.03) and slope["interval"][0] <= slope["value"]
    assert told["unconditional-giving"]["value"] == pytest.approx(0.1, abs=0.03)
    with pytest.raises(InvalidRecord, match="from 0 to the endowment"):
        contributions_of(read_log(tmp_path / "log.csv"), 5)


def test_one_decision_tells_nothing_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(GOOD)
    (told,) = preferences_of(read_decisions(tmp_path / "log.csv", None, {}))
    assert told["parameters"]["envy"]["value"] is None and "needed" in told["parameters"]["envy"]["why"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("subject,decision,option,chosen\na,1,x,1\n", "no column 'own'"),
        (HEAD, "holds no decision"),
        (HEAD + "a,1,x,1,3,1\n", "has 1 options"),
        (HEAD + "a,1,x,1,3,1\na,1,y,1,3,1\n", "2 of them chosen"),
        (HEAD + "a,1,x,1,three,1\na,1,y,0,3,1\n", "line 2: own 'three'"),
        (HEAD + "a,1,x,1,3,1;z\na,1,y,0,3,1\n", "line 2: other 'z'"),
        (HEAD + "a,1,x,maybe,3,1\n", "line 2: chosen is 'maybe'"),
        (HEAD + "a,1,,1,3,1\n", "line 2: subject, decision and option"),
        (HEAD + "a,1,x,1,nan,1\n", "line 2: own"),
        (HEAD + "a,1,x,1,3,1\na,1,x,0,4,1\na,1,y,0,4,1\n", "line 3: option 'x' is chosen in one row"),
        ("subject,decision,option,chosen,own,probability\na,1,x,1,3,.5\na,1,y,0,3,1\n", "sum to 0.5"),
    ],
)
def test_wrong_decisions_are_refused_with_their_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "log.csv").write_text(text)
    with pytest.raises(InvalidRecord, match=words):
        read_decisions(tmp_path / "log.csv", None, {})


def parameters(path: Path, *options: str) -> dict[str, Any]:
    """Of the only subject of a file."""
    said = CliRunner().invoke(app, ["preferences", str(path), "--json", *options])
    assert said.exit_code == 0
    (told,) = json.loads(said.stdout)["subjects"]
    found: dict[str, Any] = told["parameters"]
    return found
