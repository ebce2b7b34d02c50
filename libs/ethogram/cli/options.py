"""Options and arguments that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Session = Annotated[str, typer.Argument(metavar="SESSION", help="An id, the beginning of one, or `latest`.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most so many.")]
TrainingFile = Annotated[Path, typer.Argument(metavar="FILE", help="A training file (YAML).")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in the history.")]
Actor = Annotated[str | None, typer.Option("--actor", help="Who asks; without it the name of your login.")]
