"""What a reader must know to judge a report: how it came about, and what it cannot say."""

METHOD = (
    "The agents played repeated games and faced dilemmas. Every decision was recorded on an append-only log before"
    " anything was concluded from it. Each principle has a Bayesian strength between 0 (lives against it) and 1 (lives"
    " by it) with a 95 % credible interval; 0.5 is indifference. Only choices between options that differ in a"
    " principle bear on it.",
    "The strategy is a posterior over a dictionary of finite automata and memory-one policies with trembles. Labels are"
    " calibrated probabilities. The log loss is that of predictions made before each choice was seen: the smaller, the"
    " better this ethogram foresees the agent; guessing between two options costs 0.69.",
    "Four judges vote by the rules of a constitution that stands in the log by its digest. They vote blind first, hear"
    " each other, and may change their vote with a reason; votes, dissent and cited evidence are kept.",
)
LIMITS = (
    "An ethogram describes conduct in these games, not a mind. A principle that these games could not test is marked as"
    " such and not estimated; in other games the agent may act otherwise.",
    "Intervals are as wide as the evidence is thin: two agents whose intervals overlap were not told apart. Evidence"
    " lists the most recent decisions, not all. What an agent says of its reasons is quoted, never counted as conduct.",
    "Agents may notice that they are observed. Language models may answer the same question differently on another day;"
    " what is repeated exactly is the inference from the recorded answers, not the answers.",
)
