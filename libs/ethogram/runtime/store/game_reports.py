"""Matches as a report tells them: who sat where, what was executed, what it earned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def games_of(training: Mapping[str, Any], played: Iterable[Row]) -> list[dict[str, Any]]:
    """One entry per match of the training, with what was executed so far."""
    by_game: dict[str, list[Row]] = {}
    for turn in played:
        by_game.setdefault(turn["game_id"], []).append(turn)
    if training.get("recording"):
        return [_recorded(game_id, rows) for game_id, rows in sorted(by_game.items())]
    return [_game(rules, by_game.get(rules["game_id"], [])) for rules in training.get("games", [])]


def _recorded(game_id: str, told: list[Row]) -> dict[str, Any]:
    """A game of one subject of a log: its choices, and what the others did."""
    parts = [row["actions"][0] for row in sorted(told, key=lambda row: row["turn"])]
    agent, other = parts[0]["agent_id"], parts[0].get("counterpart") or "others"
    own, faced = ([part[side] for part in parts] for side in ("executed", "faced"))
    return {
        "game": "recorded", "game_id": game_id, "players": [agent], "rounds": len(parts),
        "turns": len(parts), "played": len(parts),
        "noise": None, "actions": {agent: _line(own)}, "others": {other: _line(faced)},
        "condition": parts[0].get("condition", ""),
        "scores": {agent: round(sum(part["payoff"] for part in parts), 5)},
    }  # fmt: skip


def _line(choices: Sequence[str]) -> str:
    """Choices in a row: one symbol each, or parted by spaces."""
    return ("" if all(len(choice) == 1 for choice in choices) else " ").join(choices)


def _game(rules: Mapping[str, Any], played: list[Row]) -> dict[str, Any]:
    players = seat_names(rules["players"])
    actions = dict.fromkeys(players, "")
    earned: dict[str, float] = dict.fromkeys(players, 0)
    for turn in sorted(played, key=lambda row: row["turn"]):
        for part in turn["actions"]:
            actions[players[part["seat"]]] += part["executed"]
            earned[players[part["seat"]]] += part["payoff"]
    return {
        "game": rules["game"], "game_id": rules["game_id"], "players": players,
        "rounds": rules["rounds"], "turns": _turns(rules, played), "played": len(played),
        "noise": rules["noise"], "actions": actions,
        "scores": {agent: round(total, 5) for agent, total in earned.items()},
    }  # fmt: skip


def _turns(rules: Mapping[str, Any], played: Sequence[Row]) -> int:
    """How many turns a match has; where a library plays it that hangs on the play, and these are so far."""
    return int(rules.get("turns") or (len(played) if rules.get("engine") else rules["rounds"]))


def seat_names(players: Sequence[str]) -> list[str]:
    """A name for each seat: its agent, and where a copy of that agent sits on an earlier seat, its number:
    `grim, grim #2`."""
    return [f"{each} #{1 + players[:seat].count(each)}" if each in players[:seat] else each
            for seat, each in enumerate(players)]  # fmt: skip
