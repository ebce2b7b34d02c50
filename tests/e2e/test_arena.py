"""The arena on the whole stack: the cheat is convicted, the session verifies, and the champion remembers its title."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ethogram.events import AccusationAnswered, AccusationDecided, ArenaConcluded, SessionAdmitted
from ethogram.runtime.history import session_records
from tests.running import Running

HONEST = {"adapter": "builtin", "config": {"strategy": "arena-honest"}, "character": {"remembers": 2}}
TRAINING: dict[str, Any] = {
    "name": "in the arena", "seed": 3,
    "agents": [
        *({"id": f"arena-{name}", **HONEST} for name in ("ant", "bee", "cicada")),
        {"id": "arena-drone", "adapter": "builtin", "config": {"strategy": "arena-cheat", "cheat": "lie"}},
        {"id": "arena-mine", "adapter": "python", "config": {"callable": "examples.agents:cautious"}},
    ],
    "arena": {"rounds": 4, "cull": 2, "title": "of the test"},
}  # fmt: skip


def test_the_cheat_is_convicted_the_session_verifies_and_the_champion_remembers(
    running: Running, tmp_path: Path
) -> None:
    report = running.play(TRAINING, tmp_path)
    assert (report["state"], report["dead_letters"]) == ("completed", 0)
    told = report["arena"]
    assert [(each["accused"], each["finding"]) for each in told["hearings"]] == [("arena-drone", "upheld")]
    assert told["hearings"][0]["transcript"] and len(told["rounds"]) == 4 and told["rounds"][0]["narration"]
    assert {each["agent_id"]: each["why"] for each in told["eliminated"]}["arena-drone"] == "convicted"
    assert report["champion"]["agent_id"] == told["champion"]
    verdicts = {each["agent_id"]: each["verdict"] for each in report["verdicts"]}
    assert verdicts["arena-drone"] == "reject" != verdicts[told["champion"]]
    records = session_records(running.settings, report["session_id"])
    events = [record.event for record in records]
    assert [type(event) for event in events if isinstance(event, AccusationAnswered | AccusationDecided)]
    assert len([event for event in events if isinstance(event, ArenaConcluded)]) == 1
    shown = running.run("report", report["session_id"])
    assert "of the test" in shown and "false-entry" in shown
    running.run("replay", report["session_id"], "--verify")
    running.run("audit", "verify", report["session_id"])
    _check_page(running, report["session_id"], tmp_path)
    again = running.play({**TRAINING, "arena": {"rounds": 1}}, tmp_path)
    (admitted,) = [
        record.event for record in session_records(running.settings, again["session_id"])
        if isinstance(record.event, SessionAdmitted)
    ]  # fmt: skip
    remembered = {agent.id: agent.character.memory for agent in admitted.agents if agent.character}
    assert {agent: memory[0].champion for agent, memory in remembered.items()} == {
        agent: agent == told["champion"] for agent in remembered
    }


def _check_page(running: Running, session_id: str, folder: Path) -> None:
    page = folder / "report.html"
    running.run("report", session_id, "--html", str(page))
    text = page.read_text(encoding="utf-8")
    assert "The arena" in text and "The accusation is upheld." in text
