"""Replies in a real Redis: shared, passed over while it is down, used again when it is back."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

if shutil.which("redis-server") is None:
    pytest.skip("redis-server is not there: apt-get install redis-server", allow_module_level=True)

from ethogram.devserver.ports import free_port
from ethogram.events import SettingsError
from ethogram.models.cache import FileCache, Kept, MemoryCache, Tiers
from ethogram.models.call import Reply
from ethogram.models.redis_cache import PREFIX, RedisCache

REPLY = Reply(text="C", model="m", raw="{}")


@contextmanager
def server(port: int) -> Iterator[None]:
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        cache, deadline = RedisCache(f"redis://127.0.0.1:{port}/0"), time.monotonic() + 20
        while True:
            try:
                cache.get("there?")
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


def test_two_processes_share_what_one_was_told() -> None:
    port = free_port()
    with server(port):
        one, other = (RedisCache(f"redis://127.0.0.1:{port}/0") for _ in range(2))
        assert one.get("k") is None
        one.put("k", Kept(at=7.0, reply=REPLY))
        assert other.get("k") == Kept(at=7.0, reply=REPLY)
        other._redis.set(PREFIX + "odd", b"not a reply")
        assert one.get("odd") is None


def test_it_falls_back_while_redis_is_down_and_recovers_when_it_is_back(tmp_path: Path) -> None:
    port, now = free_port(), [1_000.0]
    tiers = Tiers((RedisCache(f"redis://127.0.0.1:{port}/0"), FileCache(tmp_path)), lambda: now[0], rest_s=30)
    with server(port):
        tiers.put("first", REPLY)
    assert tiers.get("first") == REPLY, "the file has it"
    assert tiers.statistics.troubles == 1 and tiers.get("first") == REPLY and tiers.statistics.troubles == 1
    tiers.put("second", REPLY)
    with server(port):
        assert RedisCache(f"redis://127.0.0.1:{port}/0").get("second") is None, "it rests"
        now[0] += 31
        assert tiers.get("second") == REPLY
        assert RedisCache(f"redis://127.0.0.1:{port}/0").get("second") is not None, "it has learnt it"
    assert tiers.statistics.troubles == 1


def test_an_address_that_is_none_is_told_by_name() -> None:
    with pytest.raises(SettingsError, match="ETHOGRAM_MODELS_REDIS"):
        RedisCache("ftp://nowhere")
    assert MemoryCache().get("x") is None
