"""Objectives of service: what was measured, what was promised, when somebody has to be told. Time is an argument."""

from ethogram.objectives.alerts import COOLDOWN, Alert, Condition, follow, untold
from ethogram.objectives.conditions import present_conditions
from ethogram.objectives.levels import LONGEST, OBJECTIVES, WINDOWS, Objective, Standing, standing
from ethogram.objectives.measures import BOUNDS, NOTHING, Measure
from ethogram.objectives.regressions import Regression, regressed

__all__ = [
    "BOUNDS",
    "COOLDOWN",
    "LONGEST",
    "NOTHING",
    "OBJECTIVES",
    "WINDOWS",
    "Alert",
    "Condition",
    "Measure",
    "Objective",
    "Regression",
    "Standing",
    "follow",
    "present_conditions",
    "regressed",
    "standing",
    "untold",
]
