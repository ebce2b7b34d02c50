"""`ethogram infer` and `ethogram population` on a file, without any stack."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from ethogram.cli.app import app

LOG = "id,game,round,choice,theirs,treatment\n" + "".join(
    f"{who},{game},{turn},{'D' if who == 'b' else 'c'},{'CD'[(game + turn) % 2]},{'x' if who == 'b' else 'y'}\n"
    for who in "abc" for game in range(1, 6) for turn in range(1, 4)
)  # fmt: skip
MAP = ["--map", "subject=id,other_choice=theirs", "--group", "treatment", "--json"]


def test_infer_tells_each_subject_and_the_prediction_over_all(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    said = CliRunner().invoke(app, ["infer", str(tmp_path / "log.csv"), *MAP])
    assert said.exit_code == 0
    found = json.loads(said.stdout)
    assert [agent["subject"] for agent in found["agents"]] == ["a", "b", "c"]
    assert found["prediction"]["n"] == 3 * 2 * 3 and found["prediction"]["log_loss"] < 0.2
    assert set(found["groups"]) == {"x", "y"}
    assert found["agents"][1]["strategy"]["nearest"] == "always-defect"


def test_population_tells_shares_per_group(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    said = CliRunner().invoke(app, ["population", str(tmp_path / "log.csv"), "--strategies", "ALLD,ALLC,TFT", *MAP])
    assert said.exit_code == 0
    groups = json.loads(said.stdout)["groups"]
    assert groups["x"]["shares"]["ALLD"] == {"share": 1.0, "interval": [1.0, 1.0]}
    assert groups["y"]["n_subjects"] == 2 and set(groups["y"]["shares"]) == {"ALLD", "ALLC", "TFT"}
