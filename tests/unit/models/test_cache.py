"""Replies come back from the nearest cache that works; failures and old replies never do."""

from __future__ import annotations

from pathlib import Path

from ethogram.models.cache import FileCache, Kept, MemoryCache, Tiers
from ethogram.models.call import Reply

REPLY = Reply(text="C", model="m", raw="{}")


class Broken:
    def __init__(self) -> None:
        self.asked = 0

    def get(self, key: str) -> Kept | None:
        self.asked += 1
        raise OSError("no route")

    def put(self, key: str, kept: Kept) -> None:
        self.asked += 1
        raise OSError("no route")


def test_memory_forgets_what_was_not_used_for_longest() -> None:
    memory = MemoryCache(most=2)
    for key in "ab":
        memory.put(key, Kept(at=0, reply=REPLY))
    memory.get("a")
    memory.put("c", Kept(at=0, reply=REPLY))
    assert memory.get("b") is None and memory.get("a") and memory.get("c")


def test_files_outlast_the_process_and_are_whole_or_absent(tmp_path: Path) -> None:
    FileCache(tmp_path).put("abcd", Kept(at=1, reply=REPLY))
    assert FileCache(tmp_path).get("abcd") == Kept(at=1, reply=REPLY)
    assert [path.name for path in tmp_path.rglob("*.*")] == ["abcd.json"]
    (tmp_path / "ab" / "abcd.json").write_text("{half")
    assert FileCache(tmp_path).get("abcd") is None


def test_files_never_take_more_than_they_may(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, most_bytes=2_000)
    for number in range(50):
        cache.put(f"{number:04d}", Kept(at=number, reply=REPLY))
    assert 0 < sum(path.stat().st_size for path in tmp_path.rglob("*.json")) <= 2_000


def test_a_reply_from_a_far_tier_is_learnt_by_the_near_ones() -> None:
    near, far = MemoryCache(), MemoryCache()
    far.put("k", Kept(at=0, reply=REPLY))
    assert Tiers((near, far), lambda: 1.0).get("k") == REPLY and near.get("k")


def test_an_old_reply_does_not_come_back() -> None:
    now = [0.0]
    tiers = Tiers((MemoryCache(),), lambda: now[0], ttl_s=10)
    tiers.put("k", REPLY)
    now[0] = 9
    assert tiers.get("k") == REPLY
    now[0] = 10
    assert tiers.get("k") is None and (tiers.statistics.hits, tiers.statistics.misses) == (1, 1)


def test_a_tier_that_fails_is_passed_over_and_tried_again_later() -> None:
    now, broken = [1.0], Broken()
    tiers = Tiers((broken, MemoryCache()), lambda: now[0])
    tiers.put("k", REPLY)
    assert tiers.get("k") == REPLY and tiers.get("k") == REPLY and broken.asked == 1
    now[0] = 40
    assert tiers.get("k") == REPLY and broken.asked == 2
