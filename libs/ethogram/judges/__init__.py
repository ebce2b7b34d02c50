"""Judges that ask models: what one is, those of the house, and which are installed."""

from ethogram.judges.protocol import Asked, ModelJudge, NoVote, Said
from ethogram.judges.registry import checks, load

__all__ = ["Asked", "ModelJudge", "NoVote", "Said", "checks", "load"]
