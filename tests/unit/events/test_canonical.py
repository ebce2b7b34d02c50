"""Canonical bytes: RFC 8785, whatever the order of keys and the last bit of floats."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from ethogram.events import Real, canonical, digest, quantise
from ethogram.events.canonical import plain

SAFE = 2**53 - 1
FLOATS = st.floats(-1e6, 1e6, allow_nan=False, allow_infinity=False)
LEAVES = st.none() | st.booleans() | st.integers(-SAFE, SAFE) | FLOATS | st.text(max_size=20)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)


class Weighed(BaseModel):
    weight: Real


@given(VALUES)
def test_our_bytes_are_those_of_rfc_8785(value: Any) -> None:
    ours = plain(value)
    assert canonical(ours) == rfc8785.dumps(ours)


@given(FLOATS)
def test_a_real_is_written_as_rfc_8785_writes_it(value: float) -> None:
    dumped = Weighed(weight=value).model_dump(mode="json")
    assert canonical(dumped) == rfc8785.dumps(dumped)
    assert Weighed.model_validate(dumped).model_dump(mode="json") == dumped


@given(FLOATS)
def test_quantising_twice_is_quantising_once(value: float) -> None:
    assert quantise(quantise(value)) == quantise(value)
    assert abs(quantise(value) - value) <= 0.5e-5 + 1e-9


def test_minus_zero_and_whole_floats_lose_sign_and_fraction() -> None:
    assert str(quantise(-0.0)) == "0.0" and str(quantise(-1e-9)) == "0.0"
    assert canonical(Weighed(weight=3.0).model_dump(mode="json")) == b'{"weight":3}'


@pytest.mark.parametrize("value", [2**53, -(2**53), {1: "a"}, {"a": {2}}, {"a": [b"x"]}])
def test_what_json_cannot_carry_exactly_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"53 bits|no JSON value"):
        plain(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_refused(value: float) -> None:
    class Strict(BaseModel, allow_inf_nan=False):
        weight: Real

    with pytest.raises(ValidationError):
        Strict(weight=value)


def test_a_digest_is_sha_256_of_the_bytes() -> None:
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert TypeAdapter(Real).validate_python(0.123456) == 0.12346
