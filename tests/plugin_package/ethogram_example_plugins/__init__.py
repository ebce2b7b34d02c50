"""Plugins of another project."""

from pathlib import Path

SCENARIOS = Path(__file__).parent / "hospital"
"""The folder of our scenarios."""
