"""A strict session on the whole stack: it begins when nobody objects, and the council stops what shows a habit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ethogram.events import ApprovalDecided, ApprovalExpired, TurnResolved
from ethogram.runtime.history import session_records
from tests.running import Running

POLICIES = """
policies:
  - {name: a moment, about: [start], trainings: [gated-*], chain: [{role: operator, seconds: 0.2}], then: approve}
"""
TRAINING: dict[str, Any] = {
    "name": "gated-1", "seed": 1, "mode": "strict",
    "agents": [{"id": name, "adapter": "builtin", "config": {"strategy": name}}
               for name in ("always-cooperate", "always-defect")],
    "games": [{"game": "prisoners-dilemma", "rounds": 12}],
}  # fmt: skip


def test_a_strict_session_waits_for_approval_and_then_for_the_council(running: Running, tmp_path: Path) -> None:
    (running.home / "approvals.yaml").write_text(POLICIES, encoding="utf-8")
    session = running.start(TRAINING, tmp_path)
    running.await_state(session, "completed")
    told = [record.event for record in session_records(running.settings, session)]
    assert len([event for event in told if isinstance(event, ApprovalExpired)]) == 1
    (decided,) = [event for event in told if isinstance(event, ApprovalDecided)]
    assert (decided.decision, decided.actor) == ("approve", "policy a moment")
    turns = sorted((event for event in told if isinstance(event, TurnResolved)), key=lambda event: event.turn)
    assert "".join(event.actions[1].executed for event in turns) == "D" * 9 + "C" * 3
    assert running.json("replay", session, "--verify")["verified"] is True
