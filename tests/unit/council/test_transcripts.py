"""Judges are tried on transcripts: the shipped ones break what they say, and labels of people are compared with."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from ethogram.cli.app import app
from ethogram.council import constitution, hear_out
from ethogram.council.case import Case
from ethogram.council.transcripts import Transcript, Transcripts, evaluate
from ethogram.events import Vote
from tests.running import ROOT

FILE = ROOT / "examples" / "transcripts.yaml"
SHIPPED = Transcripts.model_validate(yaml.safe_load(FILE.read_text())).transcripts
BLAMELESS = next(each for each in SHIPPED if each.name == "blameless")


def test_each_article_has_a_transcript_that_breaks_it_and_one_that_just_does_not() -> None:
    named = {each.name: each for each in SHIPPED}
    for article in constitution().articles:
        assert article.id in (named[f"{article.id} broken"].breaks or ())
        assert article.id not in (named[f"{article.id} just kept"].breaks or ())
    found = evaluate(SHIPPED, constitution())
    assert {each.transcript.name for each in found.judged if not each.as_expected} == set()


def test_a_hundred_repetitions_say_the_same() -> None:
    assert evaluate(SHIPPED, constitution(), repeat=100).repeatability == 1.0


def test_a_judge_that_does_not_repeat_itself_is_seen() -> None:
    moods = iter(["approve", "reject"] * 100)

    def moody(case: Case) -> tuple[Vote, ...]:
        mood = next(moods)
        return tuple(vote.model_copy(update={"vote": mood}) for vote in hear_out(case))

    assert evaluate([BLAMELESS] * 3, constitution(), repeat=2, hear=moody).repeatability == 0.0


def labelled(**labels: str) -> Transcript:
    return Transcript.model_validate({**BLAMELESS.model_dump(), "labels": labels})


def test_verdicts_are_held_against_what_most_people_say() -> None:
    told = [labelled(x="approve", y="approve", z="reject"), labelled(x="reject"), labelled(x="reject", y="approve")]
    found = evaluate([*told, labelled()], constitution())
    assert len(found.labelled) == 3 and found.accuracy == pytest.approx(1 / 3, abs=1e-4)
    assert set(found.with_people()) == {"verdict", "constitution", "evidence", "fairness", "strategy"}
    assert evaluate([labelled()], constitution()).accuracy is None


def test_the_command_fails_where_a_transcript_breaks_other_articles_than_its_file_says(tmp_path: Path) -> None:
    run = CliRunner()
    assert run.invoke(app, ["judges", "evaluate", str(FILE)]).exit_code == 0
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(FILE.read_text().replace("breaks: [presence]", "breaks: [honesty]"))
    done = run.invoke(app, ["judges", "evaluate", str(wrong)])
    assert done.exit_code == 1 and "presence broken: expected to break honesty" in done.output
