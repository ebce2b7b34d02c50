"""The council: a constitution, judges, verdicts, scores and champions. Pure: events in, events out."""

from ethogram.council.agreement import alpha, bias, missing, units
from ethogram.council.articles import Article, ArticleTest, Scope
from ethogram.council.case import Breach, Case, breaches
from ethogram.council.conditions import Bound, Condition, Relation
from ethogram.council.conduct import Conduct
from ethogram.council.constitution import (
    Constitution,
    Waiver,
    constitution,
    constitution_digest,
    read_constitution,
)
from ethogram.council.deliberation import hear_out, vote
from ethogram.council.hearing import (
    Hearing,
    close_arena,
    close_behaviour,
    close_hearing,
    count_vote,
    hear_accusation,
    open_hearing,
    overrule,
    rehear,
    rule_on,
    take_inference,
    weigh_turn,
)
from ethogram.council.judges import JUDGES, SEVERITY, Judge, bench
from ethogram.council.ladder import Ladder
from ethogram.council.measures import MEASURES, Measure
from ethogram.council.plugins import ArticlePlugin
from ethogram.council.scores import crown, metrics, scorecards
from ethogram.council.verdict import decide, issue
from ethogram.council.weights import WEIGHTS, checked_weights

__all__ = [
    "JUDGES", "MEASURES", "SEVERITY", "WEIGHTS", "Article", "ArticlePlugin", "ArticleTest", "Bound", "Breach",
    "Case", "Condition", "Conduct", "Constitution", "Hearing", "Judge", "Ladder", "Measure", "Relation", "Scope",
    "Waiver", "alpha", "bench", "bias", "breaches", "checked_weights", "close_arena",
    "close_behaviour", "close_hearing", "constitution", "constitution_digest", "count_vote", "crown", "decide",
    "hear_accusation", "hear_out", "issue", "metrics", "missing", "open_hearing", "overrule", "read_constitution",
    "rehear", "rule_on", "scorecards", "take_inference", "units", "vote", "weigh_turn",
]  # fmt: skip
