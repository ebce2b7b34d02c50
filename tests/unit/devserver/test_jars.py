"""Lock files of jars."""

from __future__ import annotations

from pathlib import Path

from ethogram.devserver.jars import BROKER, TOOLS, locked, missing


def test_every_jar_has_an_exact_version_and_a_digest() -> None:
    for jar in locked(BROKER, TOOLS):
        assert len(jar.sha256) == 64
        assert jar.version[0].isdigit()


def test_kafka_and_its_tools_are_of_one_version() -> None:
    versions = {jar.version for jar in locked(BROKER, TOOLS) if jar.group == "org.apache.kafka"}
    assert versions == {"4.3.1"}


def test_what_is_not_in_the_cache_is_missing(tmp_path: Path) -> None:
    first, second, *_ = locked(BROKER)
    (tmp_path / "jars").mkdir()
    (tmp_path / "jars" / first.file_name).touch()
    assert missing(tmp_path, [first, second]) == [second]
