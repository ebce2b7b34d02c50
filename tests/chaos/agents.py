"""An agent for storms: it takes its time, so that many sessions run at once, and always answers the same."""

from __future__ import annotations

import time
from typing import Any

THINKS_S = 0.03


def patient(seen: Any) -> str:
    """Tit for tat, slowly."""
    time.sleep(THINKS_S)
    return (seen.others[0][-1:] or "C") if seen.others else "C"
