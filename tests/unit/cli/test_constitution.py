"""A constitution of one's own: checked with the place of each mistake, explained in words, compared; and it holds."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest
import yaml
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from ethogram.cli.app import app
from ethogram.council import constitution
from ethogram.council.schema import CONSTITUTION, file_schemas
from ethogram.events import SettingsError
from ethogram.runtime.rules import constitution_in, constitution_of
from ethogram.runtime.settings import Settings
from tests.running import ROOT

EXAMPLE = ROOT / "examples" / "constitution.yaml"


def said(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["constitution", *arguments], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return done.output


def test_the_example_is_valid_by_the_code_and_by_the_published_schema() -> None:
    assert "6 articles, valid" in said("check", str(EXAMPLE))
    schema = orjson.loads(CONSTITUTION.read_bytes())
    Draft202012Validator.check_schema(schema)
    for path in (EXAMPLE, ROOT / "libs" / "ethogram" / "council" / "constitution.yaml"):
        assert not list(Draft202012Validator(schema).iter_errors(yaml.safe_load(path.read_text())))
    assert list(Draft202012Validator(schema).iter_errors({"name": "n", "version": 1, "articles": []}))
    assert file_schemas()[CONSTITUTION] == CONSTITUTION.read_text()


def test_a_mistake_is_named_with_its_place(tmp_path: Path) -> None:
    document = yaml.safe_load(EXAMPLE.read_text())
    document["articles"][1]["tests"][0]["happens"]["leaning"] = "E"
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(yaml.safe_dump(document))
    with pytest.raises(SettingsError, match=r"articles\.1\.tests\.0\.happens\.leaning: Input should be 'C' or 'D'"):
        constitution_in(wrong)
    wrong.write_text("articles: [")
    with pytest.raises(SettingsError, match="no YAML"):
        constitution_in(wrong)
    with pytest.raises(SettingsError, match="No such file"):
        constitution_in(tmp_path / "absent.yaml")


def test_it_is_explained_and_compared() -> None:
    words = said("explain", str(EXAMPLE))
    assert (
        "of acts with kind game and own before D and other before C, the share with leaning C is at least 0.20" in words
    )
    assert "good-faith is waived for control-* until 2027-06-30T00:00:00Z by head of the laboratory" in words
    found = {each["where"]: each["what"] for each in json.loads(said("diff", str(EXAMPLE), "--json"))}
    assert found["articles.thrift"] == "removed" and found["articles.honesty"] == "added"
    assert said("diff", str(EXAMPLE), str(EXAMPLE)).strip() == "no difference"


def test_the_setting_chooses_it_and_without_it_the_release_does() -> None:
    assert constitution_of(Settings(constitution=EXAMPLE)).name == "House rules of a laboratory"
    assert constitution_of(Settings()) == constitution()
