"""The embedded broker's identity."""

from __future__ import annotations

from pathlib import Path

from ethogram.devserver.folders import Folders
from ethogram.devserver.kafka import Kafka


def test_no_home_gives_a_cluster_id_that_the_format_tool_takes_for_an_option() -> None:
    ids = {Kafka(Folders.at(Path(f"/home/{number}")), 1, 2).cluster_id for number in range(500)}
    assert len(ids) == 500 and all(len(each) == 22 and not each.startswith("-") for each in ids)
