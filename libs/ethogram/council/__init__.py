"""The council: a constitution, four judges, verdicts, scores and champions. Pure: events in, events out."""

from ethogram.council.conduct import MEASURES, Conduct, Measure
from ethogram.council.constitution import Article, ArticleTest, Constitution, constitution, constitution_digest
from ethogram.council.hearing import Hearing, close_behaviour, open_hearing, rehear, take_inference, weigh_turn
from ethogram.council.judges import JUDGES, Case, vote
from ethogram.council.scores import WEIGHTS, checked_weights, crown, metrics, scorecards
from ethogram.council.verdict import decide, issue

__all__ = [
    "JUDGES", "MEASURES", "WEIGHTS", "Article", "ArticleTest", "Case", "Conduct", "Constitution", "Hearing", "Measure",
    "checked_weights", "close_behaviour", "constitution", "constitution_digest", "crown", "decide", "issue", "metrics",
    "open_hearing", "rehear", "scorecards", "take_inference", "vote", "weigh_turn",
]  # fmt: skip
