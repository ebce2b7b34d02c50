"""What a person says in the arena from the command line."""

from __future__ import annotations

from typing import Any

import pytest

from ethogram.cli.failures import CommandFailed
from ethogram.cli.playing import _answer, _speech

ROW: dict[str, Any] = {
    "session_id": "s", "game_id": "arena", "turn": 1, "seat": 0, "who": None,
    "body": {"options": [{"id": "a", "text": "Accuse player 0"}]},
}  # fmt: skip


def test_words_and_cited_events_become_a_speech_and_silence_none() -> None:
    said = _speech("I saw it.", ["ann:look: there"], "", ["e1", "e2"])
    assert said == {
        "aloud": "I saw it.", "whispers": [{"to": "ann", "text": "look: there"}], "work": "", "cites": ["e1", "e2"],
    }  # fmt: skip
    assert _speech("", [], "", []) is None


@pytest.mark.parametrize("whisper", ["ann", "ann:", ":words"])
def test_a_whisper_to_nobody_or_of_nothing_is_refused(whisper: str) -> None:
    with pytest.raises(CommandFailed, match="write AGENT:TEXT"):
        _speech("", [whisper], "", [])


def test_words_outside_the_arena_are_refused_before_anything_is_sent() -> None:
    with pytest.raises(CommandFailed, match="heard in the arena alone"):
        _answer(ROW, "a", "me", None, speech={"aloud": "hello"})  # type: ignore[arg-type]
