"""Record this release: `python -m tests.replay.record` plays small sessions and keeps them as golden recordings."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from ethogram import __version__
from tests.running import running_stack

HISTORIES = Path(__file__).parent / "histories"
TFT = {"id": "tft", "adapter": "builtin", "config": {"strategy": "tit-for-tat"}}
GRIM = {"id": "grim", "adapter": "builtin", "config": {"strategy": "grim-trigger"}}
MINE = {"id": "mine", "adapter": "python", "config": {"callable": "examples.agents:cautious"}}
UNIFORM = {"id": "uniform", "adapter": "builtin", "config": {"strategy": "uniform"}}
SESSIONS: dict[str, dict[str, Any]] = {
    "games": {
        "name": "golden games", "seed": 5, "agents": [TFT, GRIM],
        "games": [{"game": "prisoners-dilemma", "rounds": 12, "noise": 0.05}],
    },
    "scenarios": {
        "name": "golden scenarios", "seed": 11, "agents": [TFT, MINE],
        "games": [{"game": "prisoners-dilemma", "rounds": 6}],
        "scenarios": {"archetypes": ["loyalty", "betrayal"], "count": 4},
    },
    "tournaments": {
        "name": "golden tournaments", "seed": 17, "agents": [TFT, GRIM, MINE, UNIFORM],
        "games": [
            {"game": "prisoners-dilemma", "rounds": 3, "misperception": 0.2, "pairing": "swiss"},
            {"game": "public-goods-with-punishment", "rounds": 2, "players": 4},
            {"game": "trust", "rounds": 9, "continuation": 0.6, "feedback": "payoffs", "pairing": "single-elimination"},
        ],
    },
}  # fmt: skip


def main() -> None:
    """Play, export, keep the public keys."""
    with running_stack() as running, tempfile.TemporaryDirectory() as folder:
        for name, training in SESSIONS.items():
            session = running.play(training, Path(folder))["session_id"]
            running.run("audit", "verify", session)
            running.run("audit", "export", session, "--out", str(HISTORIES / f"{__version__}-{name}.zip"))
        (HISTORIES / f"{__version__}.jwks").write_text(running.run("audit", "keys", "export"))


if __name__ == "__main__":
    main()
