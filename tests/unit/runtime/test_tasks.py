"""What stands in a table comes back as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ethogram.events.envelope import Position, Raw
from ethogram.runtime.store.outbox import pack_headers, unpack_headers
from ethogram.runtime.store.tasks import pack_raw, unpack_raw

HEADERS = st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=8)), max_size=4).map(tuple)


@given(
    key=st.none() | st.binary(max_size=20),
    value=st.binary(max_size=200),
    headers=HEADERS,
    timestamp=st.integers(0, 2**52),
)
def test_a_delivered_record(
    key: bytes | None, value: bytes, headers: tuple[tuple[str, bytes], ...], timestamp: int
) -> None:
    raw = Raw(Position("topic", 3, 7), key, value, headers, timestamp)
    assert unpack_raw(pack_raw(raw)) == raw


@given(headers=HEADERS)
def test_headers(headers: tuple[tuple[str, bytes], ...]) -> None:
    assert unpack_headers(pack_headers(headers)) == headers
