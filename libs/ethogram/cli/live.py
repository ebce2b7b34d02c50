"""Watch a session in the terminal while it runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ethogram.cli.ethogram_view import interval_bar, state_text
from ethogram.cli.output import console, number, safe, short, table
from ethogram.client import Scene, Seen, event_of

SEAL_S = 10.0
"""How long we wait for the audit log to be closed after the council has spoken."""
TOP = 4
"""Principles shown per agent while it plays."""

Frames = Iterator[dict[str, Any] | None]


def watch_live(session_id: str, frames: Frames, say: Callable[[dict[str, Any]], None] | None = None) -> Scene:
    """Show a session until it has ended and its audit log is closed; `say` gets each frame instead of a display."""
    scene = Scene(session_id)
    if say:
        for frame in _until_ended(scene, frames):
            if frame:
                say(frame)
        return scene
    screen = console()
    with Live(scene_view(scene), console=screen, refresh_per_second=8, transient=screen.is_terminal) as live:
        shown = 0.0
        for _ in _until_ended(scene, frames):
            if time.monotonic() - shown > 0.1:
                shown = time.monotonic()
                live.update(scene_view(scene))
        live.update(scene_view(scene))
    return scene


def _until_ended(scene: Scene, frames: Frames) -> Frames:
    ended_at: float | None = None
    for frame in frames:
        if frame:
            scene.show(event_of(frame))
        yield frame
        if scene.ended:
            ended_at = ended_at or time.monotonic()
            if scene.sealed or scene.state == "rejected" or time.monotonic() - ended_at > SEAL_S:
                return


def scene_view(scene: Scene) -> RenderableType:
    """Progress, then one line per agent with its strongest principles."""
    bar = Table.grid(padding=(0, 1))
    total = max(scene.planned, scene.resolved, 1)
    bar.add_row(
        safe(scene.name or "session", "bold"), safe(short(scene.session_id), "dim"),
        ProgressBar(total=total, completed=scene.resolved, width=36),
        Text(f"{scene.resolved}/{scene.planned or '?'} turns"), state_text(scene.state),
    )  # fmt: skip
    rows = table("", "agent", "acts>", "cooperates>", "payoff>", "principles so far", "verdict")
    for agent, seen in scene.agents.items():
        verdict = f"{seen.verdict or ''} {number(seen.total) if seen.total is not None else ''}".strip()
        rows.add_row(
            safe(agent),
            str(seen.acts),
            number(seen.cooperation),
            number(seen.payoff, 0),
            _principles(seen),
            safe(verdict),
        )
    return Group(bar, rows)


def _principles(seen: Seen) -> Text:
    if seen.inference is None:
        return Text("…", style="dim")
    known = [principle for principle in seen.inference.principles if principle.identifiable]
    known.sort(key=lambda principle: (-abs(principle.strength - 0.5), principle.name))
    return Text("\n").join(
        Text.assemble(
            (interval_bar(each.strength, *each.interval, width=15), "cyan"), f" {each.strength:.2f} ", safe(each.name)
        )
        for each in known[:TOP]
    )
