"""`ethogram infer` and `ethogram population` on a file, without any stack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ethogram.cli.app import app
from ethogram.cli.failures import explained
from ethogram.events.principles import Lineage, LineageNode
from ethogram.principles.probes import LABELS
from ethogram.principles.reading import foretell, read_subjects
from ethogram.principles.recorded import parse_mapping, read_log
from ethogram.runtime.store.reports import agents_of

PROMISED = {
    "principles", "strategy", "labels", "switches", "personalities", "lineage", "contradictions", "patterns",
    "relations", "entropy", "claims", "prediction", "preferences", "summary",
}  # fmt: skip
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


def test_a_report_says_what_was_found_in_the_form_of_infer(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    said = CliRunner().invoke(app, ["infer", str(tmp_path / "log.csv"), *MAP])
    (inferred,) = [agent for agent in json.loads(said.stdout)["agents"] if agent["subject"] == "a"]
    log = read_log(tmp_path / "log.csv", mapping=parse_mapping(MAP[1]), group="treatment")
    found = next(read_subjects(log, foretell(log))).ethogram
    assert inferred == inferred | found.findings()
    found = found.model_copy(update={"lineage": Lineage(tree=(LineageNode(name="x", born=3, strength=0.5),))})
    rows = [{"agent_id": "a", "body": json.loads(found.body())}]
    training = {"agents": [{"id": "a", "adapter": "recorded"}, {"id": "b", "adapter": "recorded"}]}
    reported, silent = agents_of(training, {}, rows)
    assert set(inferred) >= PROMISED and set(reported) >= PROMISED and set(inferred["labels"]) == set(LABELS)
    assert set(inferred["prediction"]) == {"log_loss", "accuracy", "n", "next_choice"}
    assert reported == reported | found.findings() and reported["lineage"]["tree"][0]["died"] is None
    assert (
        set(silent) == set(reported) and silent["summary"] is None and silent["lineage"] == {"changes": [], "tree": []}
    )


HEAD = "subject,game,round,choice,other_choice\n"
BAD = {
    "nothing": "", "no choice": HEAD, "a column missing": "subject,game,round,choice\na,1,1,C\n",
    "no number": HEAD + "a,1,one,C,C\n", "no one": HEAD + ",1,1,C,C\n", "nothing chosen": HEAD + "a,1,1,,C\n",
    "too few fields": HEAD + "a,1,1,C\n", "told twice": HEAD + "a,1,1,C,C\na,1,1,D,C\n",
    "an open quote": HEAD + '"a,1,1,C,C\n', "no text": "\udcff\udcfe", "a number beyond all": HEAD + "a,1,1e99,C,C\n",
    "no number at all": HEAD + "a,1,nan,C,C\n",
}  # fmt: skip


@pytest.mark.parametrize("command", ["infer", "import", "population"])
@pytest.mark.parametrize("wrong", BAD)
def test_bad_input_is_refused_in_words(tmp_path: Path, command: str, wrong: str) -> None:
    (tmp_path / "log.csv").write_text(BAD[wrong], errors="surrogateescape")
    _refused(command, str(tmp_path / "log.csv"))


@pytest.mark.parametrize("command", ["infer", "import", "population"])
def test_bad_files_and_options_are_refused_in_words(tmp_path: Path, command: str) -> None:
    (tmp_path / "log.csv").write_text(HEAD + "a,1,1,C,C\n")
    (tmp_path / "log.parquet").write_bytes(b"no")
    for words in (
        [str(tmp_path)], [str(tmp_path / "none.csv")], [str(tmp_path / "log.parquet")],
        [str(tmp_path / "log.csv"), "--map", "subject"], [str(tmp_path / "log.csv"), "--map", "subjekt=a"],
        [str(tmp_path / "log.csv"), "--map", "subject=who"], [str(tmp_path / "log.csv"), "--group", "none"],
        [str(tmp_path / "log.csv"), "--format", "xml"],
    ):  # fmt: skip
        _refused(command, *words)


def test_a_population_needs_strategies_and_a_dilemma(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(HEAD + "a,1,1,rock,paper\n")
    (tmp_path / "good.csv").write_text(HEAD + "a,1,1,C,D\n")
    (tmp_path / "own.yaml").write_text("automata: 7\n")
    _refused("population", str(tmp_path / "log.csv"))
    _refused("population", str(tmp_path / "good.csv"), "--strategies", "TFTT")
    _refused("population", str(tmp_path / "good.csv"), "--automata", str(tmp_path / "own.yaml"))


def test_a_single_choice_is_enough(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(HEAD + "a,1,1,C,D\n")
    for command in (["infer"], ["population", "--strategies", "ALLD,ALLC"]):
        assert CliRunner().invoke(app, [*command, str(tmp_path / "log.csv")]).exit_code == 0


def _refused(command: str, *words: str) -> None:
    said = CliRunner().invoke(app, [command, *words])
    if isinstance(said.exception, Exception):  # as `main` would explain it
        code, told = explained(said.exception)
        assert code == 2 and told
    else:
        assert said.exit_code == 2
