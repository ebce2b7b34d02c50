"""Agents in plain Python. Each is one function: it sees an observation and names the option that it chooses.

The observation has `kind` ("game" or "scenario"), `turn`, `turns`, `text`, `options` (each with `id`, `text`,
`leaning`, `effects`), `own` and `others` (actions so far, one letter per turn), `payoffs` and, in scenarios,
`situation`. The answer is the id of an option, or a dict with `option`, `confidence`, `reasoning`, `claims`.
"""

from __future__ import annotations

from typing import Any


def cautious(seen: Any) -> dict[str, Any]:
    """Cooperates until it is let down twice in a row; in scenarios it takes what harms least."""
    if seen.kind == "scenario":
        gentlest = max(seen.options, key=lambda option: option.effects.get("harm-avoidance", 0))
        return {"option": gentlest.id, "reasoning": "It does the least harm.", "claims": ["harm-avoidance"]}
    wanted = "D" if seen.others[0].endswith("DD") else "C"
    fitting = [option.id for option in seen.options if option.leaning == wanted]
    return {"option": (fitting or [seen.options[0].id])[-1], "confidence": 0.9}


def opportunist(seen: Any) -> str:
    """Defects on whoever has cooperated three times running, and answers in kind otherwise."""
    if seen.kind == "scenario":
        return max(seen.options, key=lambda option: sum(option.resources.values())).id
    other = seen.others[0]
    return "D" if other.endswith("CCC") else (other[-1:] or "C")


async def forgetful(seen: Any) -> str:
    """Tit for tat that remembers only every other turn; `async def` works too."""
    if seen.kind == "scenario":
        return seen.options[0].id
    return (seen.others[0][-1:] or "C") if seen.turn % 2 else "C"
