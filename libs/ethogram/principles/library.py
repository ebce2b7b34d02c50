"""Automata by the names under which the literature on strategy estimation knows them.

Definitions follow the tables of the papers: GRIM and T2 react to a defection of *either* player, TFT to the other's.
What an automaton remembers is what was executed, its own slips included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from ethogram.events.errors import InvalidRecord
from ethogram.events.explanation import suggestion
from ethogram.principles.automata import Automaton, compile_automata

_DBF = "Dal Bo and Frechette 2011"
_FRD = "Fudenberg, Rand and Dreber 2012"
_OTHER = "0101"


def _remembering(name: str, source: str, rounds: int, first: str, cooperates: Callable[[str], bool]) -> Automaton:
    """Reacts to the other's last moves; `first` is what it imagines before the game, most recent first."""
    pasts = ["".join(moves) for moves in product("CD", repeat=rounds)]
    pasts.sort(key=lambda past: past != first)
    rows = ["".join(str(pasts.index((other + past)[:rounds])) for other in "CDCD") for past in pasts]
    return Automaton(name, source, tuple(float(cooperates(past)) for past in pasts), tuple(rows))


def _two_back() -> Automaton:
    """2PTFT: cooperates after CC CC, DD DD, and after CC that followed DD."""
    pasts = [last + before for last in "CXD" for before in "CXD"]
    rows = ["".join(str(pasts.index(kind + past[0])) for kind in "CXXD") for past in pasts]
    return Automaton("2WSLS", f"{_FRD}: 2PTFT", tuple(float(past in ("CC", "DD", "CD")) for past in pasts), tuple(rows))


def _suspicious(automaton: Automaton, name: str) -> Automaton:
    """The same, but with a defection in the first round."""
    rows = ["".join(str(int(digit) + 1) for digit in row) for row in automaton.successors]
    return Automaton(name, _FRD, (0.0, *automaton.cooperates), (rows[0], *rows))


_TFT = Automaton("TFT", _DBF, (1, 0), (_OTHER, _OTHER))
_TF2T = Automaton("TF2T", _FRD, (1, 1, 0), (_OTHER, "0202", "0202"))
_TF3T = Automaton("TF3T", _FRD, (1, 1, 1, 0), (_OTHER, "0202", "0303", "0303"))
_GRIM2 = Automaton("GRIM2", _FRD, (1, 1, 0), ("0111", "0222", "2222"))
_GRIM3 = Automaton("GRIM3", _FRD, (1, 1, 1, 0), ("0111", "0222", "0333", "3333"))

_AUTOMATA = (
    Automaton("ALLD", _DBF, (0,), ("0000",)),
    Automaton("ALLC", _DBF, (1,), ("0000",)),
    Automaton("GRIM", _DBF, (1, 0), ("0111", "1111")),
    _TFT,
    Automaton("WSLS", _DBF, (1, 0), ("0110", "0110")),
    Automaton("T2", _DBF, (1, 0, 0), ("0111", "2222", "0000")),
    _TF2T,
    _TF3T,
    _remembering("2TFT", _FRD, 2, "CC", lambda past: "D" not in past),
    _remembering("2TF2T", _FRD, 3, "CCC", lambda past: "DD" not in past),
    _GRIM2,
    _GRIM3,
    _suspicious(_TFT, "DTFT"),
    _suspicious(_TF2T, "DTF2T"),
    _suspicious(_TF3T, "DTF3T"),
    _suspicious(_GRIM2, "DGRIM2"),
    _suspicious(_GRIM3, "DGRIM3"),
    _two_back(),
    Automaton("DC", f"{_FRD}: alternates, from D", (0, 1), ("1111", "0000")),
    Automaton("CTOD", f"{_FRD}: C once, then ALLD", (1, 0), ("1111", "1111")),
    Automaton("RAND", "Axelrod 1980: a coin", (0.5,), ("0000",)),
)  # fmt: skip
LIBRARY: Mapping[str, Automaton] = {automaton.name: automaton for automaton in _AUTOMATA}
"""All of them by name."""
SETS: Mapping[str, tuple[str, ...]] = {
    "DF2011": ("ALLD", "ALLC", "GRIM", "TFT", "WSLS", "T2"),
    "FRD2012": ("ALLC", "TFT", "TF2T", "TF3T", "2TFT", "2TF2T", "GRIM", "GRIM2", "GRIM3", "ALLD", "DTFT"),
}
"""Sets of strategies as the papers estimated them; a set's name stands for all of its members."""
_ALIASES = {
    "PTFT": "WSLS", "PAVLOV": "WSLS", "STFT": "DTFT", "D-TFT": "DTFT", "D-TF2T": "DTF2T", "D-TF3T": "DTF3T",
    "D-GRIM2": "DGRIM2", "D-GRIM3": "DGRIM3", "2PTFT": "2WSLS", "AD": "ALLD", "AC": "ALLC", "DC-ALT": "DC",
    "C-TO-ALLD": "CTOD", "RANDOM": "RAND", "TFT2": "TF2T", "TFT3": "TF3T",
}  # fmt: skip


def choose(names: Sequence[str], own: Sequence[Automaton] = ()) -> list[Automaton]:
    """Automata by name (a set's name stands for its members); InvalidRecord for one that nobody knows."""
    known = {**LIBRARY, **{automaton.name.upper(): automaton for automaton in own}}
    chosen: dict[str, Automaton] = {}
    asked = [name.strip().upper() for name in names]
    for name in (member for each in asked for member in SETS.get(each, (each,))):
        found = known.get(name) or known.get(_ALIASES.get(name, ""))
        if found is None:
            near = suggestion(name, [*known, *SETS])
            raise InvalidRecord("strategy-unknown", f"strategy {name!r} is not in the library{near}")
        chosen[found.name] = found
    if not chosen:
        raise InvalidRecord("strategy-unknown", f"no strategy was named; e.g. {','.join(SETS['DF2011'])}")
    return list(chosen.values())


def read_automata(path: Path) -> list[Automaton]:
    """Automata of a YAML file: a list of {name, cooperates: [1, 0], successors: ["0111", "1111"]}.

    `cooperates` holds the probability of C per state (it starts in the first), `successors` per state the next one
    after CC, CD, DC, DD (own move first). Raises InvalidRecord that says which entry is wrong.
    """
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidRecord("automata-invalid", f"{path} cannot be read as YAML: {error}") from error
    entries = entries.get("automata") if isinstance(entries, dict) else entries
    if not isinstance(entries, list) or not entries:
        raise InvalidRecord("automata-invalid", f"{path}: needs a list of automata with name, cooperates, successors")
    made = [_automaton(path, number, entry) for number, entry in enumerate(entries, 1)]
    if len({automaton.name for automaton in made}) < len(made):
        raise InvalidRecord("automata-invalid", f"{path}: two automata have the same name")
    return made


def _automaton(path: Path, number: int, entry: Any) -> Automaton:
    try:
        chances = tuple(float(chance) for chance in entry["cooperates"])
        made = Automaton(str(entry["name"]), str(entry.get("source", path.name)), chances,
                         tuple(str(row) for row in entry["successors"]))  # fmt: skip
        compile_automata([made])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidRecord(
            "automata-invalid",
            f"{path}: automaton {number} is wrong: {error!r}; an example: "
            '{name: MINE, cooperates: [1, 0], successors: ["0111", "1111"]}',
        ) from error
    return made
