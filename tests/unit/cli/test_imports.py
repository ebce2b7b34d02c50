"""What needs no server answers at once: the command line loads nothing heavy before a command asks for it."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "alembic", "confluent_kafka", "email", "fastapi", "importlib.metadata", "numpy", "openai", "opentelemetry",
    "orjson", "psycopg", "pyarrow", "pydantic", "random", "scipy", "sqlalchemy", "statistics", "structlog", "yaml",
}  # fmt: skip
"""Each was a noticeable part of the time of `ethogram --help`, or would be."""


def test_help_loads_nothing_heavy() -> None:
    program = "import sys, ethogram.cli.app; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & HEAVY == set()
