"""Which port is used, and what is said about a taken one."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from ethogram.devserver.ports import accepts, choose, free_port, is_free
from ethogram.events.errors import TransientError


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_seen(taken: int) -> None:
    assert not is_free(taken)
    assert accepts(taken)
    assert is_free(free_port())


def test_the_usual_port_gives_way_when_nobody_insists(taken: int) -> None:
    assert choose(None, taken, "X") != taken
    free = free_port()
    assert choose(None, free, "X") == free


def test_zero_means_any_free_port(taken: int) -> None:
    assert is_free(choose(0, taken, "X"))


def test_a_wish_that_cannot_be_met_is_refused_with_the_variable(taken: int) -> None:
    with pytest.raises(TransientError, match=f"port {taken} is taken.*set ETHOGRAM_KAFKA_PORT"):
        choose(taken, 9092, "ETHOGRAM_KAFKA_PORT")
