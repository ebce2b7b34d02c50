"""What calls cost, from a table in YAML in which each price has a date and a source."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from ethogram.events import SettingsError, Value
from ethogram.events.explanation import explain

SNAPSHOT = re.compile(r"-20\d\d[\d-]*")
OURS = Path(__file__).with_name("prices.yaml")


class Price(Value):
    """US dollars per million tokens, which is millionths of a dollar per token."""

    read: float = Field(ge=0)
    """Per million tokens read."""
    written: float = Field(ge=0)
    """Per million tokens written."""
    date: date
    """When the price was looked up."""
    source: str = Field(min_length=1)
    """Where."""


class Prices(Value):
    """Prices by the model's name."""

    models: dict[str, Price]
    """A name holds for its dated snapshots too (`-2026...`); one that ends in `*` for all that begin so."""

    def find(self, model: str) -> Price | None:
        """The price of a model; the longest name that fits."""
        fitting = [name for name in self.models if _fits(name, model)]
        return self.models[max(fitting, key=len)] if fitting else None

    def cost_micros(self, model: str, tokens_in: int, tokens_out: int) -> int:
        """Millionths of a dollar, rounded up; 0 for a model without a price."""
        price = self.find(model)
        return 0 if price is None else -int(-(price.read * tokens_in + price.written * tokens_out) // 1)


def _fits(name: str, model: str) -> bool:
    if name.endswith("*"):
        return model.startswith(name[:-1])
    return model == name or bool(SNAPSHOT.fullmatch(model.removeprefix(name)) and model.startswith(name))


@lru_cache(maxsize=8)
def prices(path: Path = OURS) -> Prices:
    """The table in a file; SettingsError says what is wrong with it."""
    try:
        return Prices.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise SettingsError("prices-invalid", f"{path}: {explain(error, Prices)}") from None
    except (OSError, yaml.YAMLError) as error:
        raise SettingsError("prices-unreadable", f"{path}: {error}") from None
