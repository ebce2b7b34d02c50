"""An agent: a function from what it sees to the option that it takes."""

from typing import Any


def patient(seen: Any) -> dict[str, Any]:
    """Answers only two defections in a row; in dilemmas it takes what harms least."""
    if seen.kind == "scenario":
        gentlest = max(seen.options, key=lambda option: option.effects.get("harm-avoidance", 0))
        return {"option": gentlest.id, "reasoning": "It does the least harm.", "claims": ["harm-avoidance"]}
    provoked = seen.others[0].endswith("DD")
    leaning = "D" if provoked else "C"
    options = [option for option in seen.options if option.leaning == leaning]
    return {"option": options[0].id, "reasoning": "Twice is a habit."}
