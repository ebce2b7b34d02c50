"""What is told of scenarios in a session's report: each one that an agent faced, and how far its form decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ethogram.behaviour.reliability import Faced, reliability

Row = Mapping[str, Any]


def scenarios_of(played: Iterable[Row], reasoning: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """One entry per scenario that an agent faced, sorted by agent and number.

    `choice` is the option's name in its template, `label` the one under which it was shown, `position` its place (from
    0) among `shown` options; `state` is COMPLETED, TIMED_OUT or FAILED.
    """
    faced = [_scenario(turn, part, reasoning) for turn in played if turn["situation"] for part in turn["actions"]]
    return sorted(faced, key=lambda entry: (entry["agent_id"], entry["turn"]))


def _scenario(turn: Row, part: Mapping[str, Any], reasoning: Mapping[str, str | None]) -> dict[str, Any]:
    situation = turn["situation"]
    return {
        "agent_id": part["agent_id"], "game_id": turn["game_id"], "turn": turn["turn"],
        **{name: situation[name] for name in ("archetype", "template", "stress", "counterpart", "contexts")},
        "telling": situation.get("telling", ""), "step": situation.get("step", ""),
        "depth": situation.get("depth", 0), "conduct": situation.get("conduct", ""),
        "choice": part.get("option") or part["executed"], "label": part["executed"],
        "position": part.get("position"), "shown": part.get("shown"), "leaning": part.get("leaning"),
        "understood": part.get("understood"), "outcome": part["outcome"], "state": part.get("state"),
        "decision_id": part["decision_id"], "reasoning": reasoning.get(part["decision_id"]),
    }  # fmt: skip


def reliability_of(scenarios: Iterable[Mapping[str, Any]], agent_id: str) -> dict[str, Any] | None:
    """Position bias, agreement on retest and clustered errors of one agent; none if it chose in no scenario.

    `understood` is the share of questions about the text that it answered rightly; null where none was answered.
    """
    mine = [each for each in scenarios if each["agent_id"] == agent_id]
    chosen = [each for each in mine if each["outcome"] == "chosen" and each["position"] is not None]
    if not chosen:
        return None
    told = reliability(
        Faced(
            each["template"], each["step"], each["conduct"], each["telling"], each["position"], each["shown"],
            each["choice"], each["leaning"],
        )
        for each in chosen
    )  # fmt: skip
    checked = [each["understood"] for each in mine if each["understood"] is not None]
    share = round(sum(checked) / len(checked), 5) if checked else None
    return {**told.model_dump(mode="json"), "understood": share, "checked": len(checked)}
