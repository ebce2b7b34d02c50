"""Training files: every mistake is named with file, line, field and what would be valid."""

from __future__ import annotations

from pathlib import Path

import pytest

from ethogram.agents.registry import checks
from ethogram.events import SettingsError, StartTraining
from ethogram.games import load_training
from tests.unit.games.stage import check_builtin

GOOD = """\
name: quickstart
seed: 7
mode: auto
agents:
  - {id: tft,  adapter: builtin, config: {strategy: tit-for-tat}}
  - {id: grim, adapter: builtin, config: {strategy: grim-trigger}}
games:
  - {game: prisoners-dilemma, rounds: 50, noise: 0.05, pairing: round-robin, repetitions: 1}
scenarios:
  {archetypes: [loyalty, betrayal, scarcity], count: 12}
"""
ADAPTERS = {"builtin": check_builtin}
EXAMPLES = Path(__file__).parents[3] / "examples" / "training"


def written(folder: Path, text: str) -> Path:
    path = folder / "training.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def complaints(folder: Path, text: str) -> str:
    path = written(folder, text)
    with pytest.raises(SettingsError) as caught:
        load_training(path, ADAPTERS)
    return caught.value.message.replace(str(path), "FILE")


def test_a_good_file_is_the_body_of_a_start_training(tmp_path: Path) -> None:
    training = load_training(written(tmp_path, GOOD), ADAPTERS)
    assert [agent.id for agent in training.agents] == ["tft", "grim"]
    assert training.games[0].rounds == 50
    command = StartTraining.read(training.model_dump(mode="json", exclude_none=True))
    assert command.agents == training.agents


def test_json_is_read_too(tmp_path: Path) -> None:
    training = load_training(written(tmp_path, GOOD))
    again = load_training(written(tmp_path, training.model_dump_json(exclude_none=True)))
    assert again == training


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("mode: auto", "mood: auto", "FILE:3: mood: unknown key; did you mean 'mode'? valid: agents, "),
        ("id: grim,", "id: tft, ", "FILE:6: agents[1].id: duplicate id 'tft': agents[0] has it already"),
        ("id: grim,", "id: 12,", "FILE:6: agents[1].id: Input should be a valid string (got 12); in YAML write it in"),
        ("id: grim,", "id: g m,", "letters, digits, dot, underscore, hyphen"),
        ("id: grim, adapter", "id: grim, adaptor", "FILE:6: agents[1].adaptor: unknown key; did you mean 'adapter'?"),
        ("id: grim, adapter: builtin", "id: grim, adapter: bultin", "FILE:6: agents[1].adapter: unknown adapter 'bul"),
        ("strategy: grim-trigger", "strategy: grimm", "FILE:6: agents[1].config: strategy: unknown 'grimm'; valid: al"),
        ("rounds: 50", "rounds: 0", "FILE:8: games[0].rounds: Input should be greater than or equal to 1 (got 0)"),
        ("rounds: 50", "rounds: 10001", "FILE:8: games[0].rounds: Input should be less than or equal to 10000"),
        ("noise: 0.05", "noise: .nan", "FILE:8: games[0].noise: Input should be a finite number"),
        ("game: prisoners-dilemma", "game: prisoner-dilemma", "did you mean 'prisoners-dilemma'?"),
        ("loyalty, betrayal", "loyality, betrayal", "FILE:10: scenarios.archetypes[0]: Input should be 'loyalty',"),
        ("count: 12", "count: many", "FILE:10: scenarios.count: Input should be a valid integer"),
        ("seed: 7", "seed: 7\nseed: 8", "FILE:3: seed: stands twice, first in line 2"),
        ("seed: 7", "seed: [7", "cannot be read"),
        ("seed: 7", "\tseed: 7", "FILE:2: cannot be read: found "),
        ("seed: 7", "seed: 2026-13-45", "FILE:2: seed: '2026-13-45' is no plain value"),
        ("seed: 7", "? [a]\n: b", "a key must be text"),
    ],
)
def test_each_mistake_is_named_where_it_stands(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in GOOD
    assert said in complaints(tmp_path, GOOD.replace(before, after))


def test_all_mistakes_are_named_at_once_in_order_of_lines(tmp_path: Path) -> None:
    broken = GOOD.replace("mode: auto", "mood: auto").replace("rounds: 50", "rounds: 0").replace("seed: 7", "seed: x")
    lines = complaints(tmp_path, broken).splitlines()
    assert [line.split(":")[1] for line in lines] == ["2", "3", "8"]


def test_a_game_with_one_agent_and_a_file_with_nothing_to_play_are_refused(tmp_path: Path) -> None:
    alone = "\n".join(line for line in GOOD.splitlines() if "grim" not in line)
    assert "FILE:6: games: a game needs at least 2 agents" in complaints(tmp_path, alone)
    idle = GOOD[: GOOD.index("games:")]
    assert "nothing to play: give at least one entry under games, or scenarios" in complaints(tmp_path, idle)


@pytest.mark.parametrize("text", ["", "- 1", "just words"])
def test_what_is_no_mapping_is_told_which_keys_there_are(tmp_path: Path, text: str) -> None:
    said = complaints(tmp_path, text)
    keys = [name for name in StartTraining.model_fields if name not in ("session_id", "tenant")]
    assert said == f"FILE:1: expected a mapping with the keys {', '.join(keys)}" and {"agents", "games"} < set(keys)


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.yaml: No such file"):
        load_training(tmp_path / "nowhere.yaml")
    (tmp_path / "picture.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"picture\.yaml: not UTF-8"):
        load_training(tmp_path / "picture.yaml")


def test_aliases_may_not_swell_without_end(tmp_path: Path) -> None:
    doubling = "x0: &x0 [1, 1]\n" + "".join(f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}]\n" for n in range(1, 40))
    assert "more than 200,000 values" in complaints(tmp_path, doubling)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_can_be_played(path: Path) -> None:
    assert load_training(path, checks()).name
