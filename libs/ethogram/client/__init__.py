"""Speak to Ethogram from Python: publish commands, follow what a session writes. No server in between but Kafka."""

from ethogram.client.commands import Publisher, Sign, new_command_id, new_session_id, publish
from ethogram.client.follow import LAST_WORDS, Follower, Marks, followed_topics, frame
from ethogram.client.scene import Scene, Seen, event_of

__all__ = [
    "LAST_WORDS", "Follower", "Marks", "Publisher", "Scene", "Seen", "Sign", "event_of", "followed_topics", "frame",
    "new_command_id", "new_session_id", "publish",
]  # fmt: skip
