"""Strategies that make events of every type from their models, so that no test is limited to the examples."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MinLen
from hypothesis import strategies as st
from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from ethogram.events import Budget, DecideApproval, Event, StartTraining, Value

SAFE = 2**53 - 1
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
REALS = st.floats(-1e9, 1e9, allow_nan=False) | st.floats(-1, 1) | st.integers(-9, 9).map(float)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | REALS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
UUIDS = st.uuids().map(str)


def events(event_type: type[Event]) -> st.SearchStrategy[Event]:
    """Events of one type."""
    return _object(event_type).map(event_type.model_validate)


def any_event() -> st.SearchStrategy[Event]:
    """Events of all types."""
    return st.sampled_from(sorted(Event.BY_TYPE)).flatmap(lambda name: events(Event.BY_TYPE[name]))


def _object(model: type[Value]) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name: _field(field) for name, field in model.model_fields.items()}
    needed = {name: one for name, one in fields.items() if model.model_fields[name].is_required()}
    if issubclass(model, Event):
        needed["session_id"] = fields["session_id"] = UUIDS
    if issubclass(model, StartTraining):  # rules across fields: distinct agents, something to play
        needed["scenarios"] = fields.pop("scenarios").filter(bool)
        needed["games"] = fields.pop("games").map(lambda _: ())
        needed["agents"] = _field(model.model_fields["agents"]).map(_distinct).filter(bool)
    if issubclass(model, Budget):  # it limits something
        needed["tokens"] = fields.pop("tokens").filter(lambda tokens: tokens is not None)
    optional = {name: one for name, one in fields.items() if name not in needed}
    made = st.fixed_dictionaries(needed, optional=optional)
    return made.map(_with_its_option) if issubclass(model, DecideApproval) else made


def _with_its_option(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "option": "c" if body["decision"] == "modify" else None}


def _distinct(agents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({agent["id"]: agent for agent in agents}.values())


def _field(field: FieldInfo) -> st.SearchStrategy[Any]:
    return _of(field.annotation, list(field.metadata))


def _of(kind: Any, bounds: list[Any]) -> st.SearchStrategy[Any]:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _of(parts[0], [*bounds, *(one for meta in parts[1:] for one in _unpacked(meta))])
    if origin is Literal:
        return st.sampled_from(parts)
    if origin in (Union, UnionType):
        return st.one_of(*(_of(part, bounds) for part in parts if part is not NoneType))
    if origin is tuple and parts[-1] is not Ellipsis:
        return st.tuples(*(_of(part, []) for part in parts)).map(list)
    if origin is tuple:
        return st.lists(_of(parts[0], []), min_size=_bound(bounds, MinLen, "min_length", 0), max_size=3)
    if origin is dict:
        return PLAIN_OBJECT if parts[1] is Any else st.dictionaries(_of(parts[0], []), _of(parts[1], []), max_size=3)
    if isinstance(kind, type) and issubclass(kind, Value):
        return _object(kind)
    return _scalar(getattr(kind, "__supertype__", kind), bounds)


LIMITS: tuple[tuple[Any, str], ...] = ((Ge, "ge"), (Le, "le"), (Lt, "lt"))
PLAIN_OBJECT = st.dictionaries(TEXT, PLAIN, max_size=3)


def _unpacked(meta: Any) -> list[Any]:
    return list(meta.metadata) if isinstance(meta, FieldInfo) else [meta]


def _scalar(kind: Any, bounds: list[Any]) -> st.SearchStrategy[Any]:
    if kind is bool:
        return st.booleans()
    if kind is str:
        return _text(bounds)
    low, high, below = (_bound(bounds, limit, name, None) for limit, name in LIMITS)
    assert _bound(bounds, Gt, "gt", None) is None, "gt: teach this strategy"
    if kind is int:
        highest = min(one for one in (SAFE, high, below and below - 1) if one is not None)
        return st.integers(-SAFE if low is None else low, highest)
    assert kind is float, f"{kind}: teach this strategy"
    return REALS if low is None and high is None else st.floats(low, high)


def _text(bounds: list[Any]) -> st.SearchStrategy[str]:
    rules = [one for one in bounds if isinstance(one, StringConstraints)]
    pattern = next((one.pattern for one in rules if one.pattern), None)
    if pattern:
        return st.from_regex(str(pattern), fullmatch=True)
    shortest = max([_bound(bounds, MinLen, "min_length", 0), *(one.min_length or 0 for one in rules)])
    return TEXT.filter(lambda text: len(text) >= shortest)


def _bound(bounds: list[Any], kind: Any, name: str, default: Any) -> Any:
    return next((getattr(one, name) for one in bounds if isinstance(one, kind)), default)
