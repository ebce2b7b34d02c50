"""Patterns of dead letters: what is known to go wrong, how it is recognised, and what helps."""

from __future__ import annotations

from ethogram.audit.pattern import DISCARD, REDRIVE, Pattern, Severity
from ethogram.audit.pattern import pattern as _pattern
from ethogram.audit.symptoms import BY_WORDS

__all__ = ["DISCARD", "PATTERNS", "Pattern", "Severity"]

BY_CODE: tuple[Pattern, ...] = (
    _pattern(
        "not-json",
        "low",
        0.99,
        "a writer sent something that is not JSON",
        DISCARD,
        codes="not-json not-object no-data nul",
    ),
    _pattern(
        "envelope",
        "low",
        0.98,
        "a writer left out or garbled CloudEvents headers",
        f"correct the headers and send it anew; {DISCARD}",
        codes="missing-header content-type specversion duplicate-header header-encoding time sequence name",
    ),
    _pattern(
        "unknown-type",
        "medium",
        0.9,
        "a writer is of another release, or it wrote to the wrong topic",
        f"compare releases (`ethogram version`, `ethogram topics describe`); after an upgrade {REDRIVE}",
        codes="unknown-type",
    ),
    _pattern(
        "schema",
        "medium",
        0.95,
        "the body does not fit the schema of its type",
        f"the message names the field; correct the writer, see schemas/; {DISCARD}",
        codes="schema type scenario-presented invalid-request",
    ),
    _pattern(
        "forged",
        "high",
        0.85,
        "a record claims an id or a key that its body does not derive: the writer is faulty or hostile",
        "find the writer (ce_source, the broker's access log) and take its right to write; then discard it",
        codes="id key",
    ),
    _pattern(
        "too-large",
        "medium",
        0.99,
        "a value beyond 4 MiB",
        f"shorten what the writer sends; {DISCARD}",
        codes="too-large",
    ),
    _pattern(
        "tombstone",
        "low",
        0.97,
        "a record without a value on a topic that is not compacted",
        DISCARD,
        codes="tombstone",
    ),
    _pattern(
        "gap",
        "critical",
        0.9,
        "records of one source are missing: lost by the broker or not written",
        "`ethogram doctor`, then `ethogram topics restore`; redrive it afterwards",
        codes="gap",
    ),
    _pattern(
        "equivocation",
        "critical",
        0.9,
        "one id or number stands for two different records: two writers share an identity",
        "stop all but one instance of that service; `ethogram replay SESSION --verify` shows which one fits",
        codes="sequence-reused equivocation session-exists",
    ),
    _pattern(
        "training",
        "low",
        0.98,
        "a training file that cannot be played",
        "the message names what is wrong; start it anew",
        codes="training",
    ),
    _pattern(
        "other-release",
        "high",
        0.95,
        "the session is pinned to another constitution, dictionary or template than this release has",
        "finish it with the release that admitted it, or discard it",
        codes="other-constitution other-dictionary other-release",
    ),
    _pattern(
        "recorded-games",
        "low",
        0.98,
        "a file of recorded games, or of automata, that cannot be read",
        "the message names line and field; correct the file and give it again",
        codes="log-invalid automata-invalid strategy-unknown import",
    ),
    _pattern(
        "unknown-reference",
        "medium",
        0.8,
        "it speaks of a session, game, turn or seat that was never presented",
        f"a writer mixes up ids, or its input was lost (`ethogram doctor`); {DISCARD}",
        codes="seat-taken unknown-skill skill-not-held unknown-session unknown-agent unknown-game unknown-turn"
        " unknown-seat unknown-option presented-id before",
    ),
    _pattern(
        "person",
        "low",
        0.95,
        "a person's answer to a seat that waits for nobody, for somebody else, or for one of other options",
        f"`ethogram play` shows which seats wait, for whom, and what may be answered; {DISCARD}",
        codes="not-asked not-yours option answered",
    ),
    _pattern(
        "too-late",
        "low",
        0.85,
        "it came after the session had ended or the turn was resolved",
        DISCARD,
        codes="session-over not-finished already-resolved state late recorded game-over no-turn-left no-verdict"
        " command-used templates-changed turn-unknown not-open",
        words=r"already (over|ended|resolved)|is over|has ended",
    ),
    _pattern(
        "not-entitled",
        "medium",
        0.95,
        "somebody asked for what the session's people did not entitle them to, or did not sign it",
        f"look who it was (`ethogram audit log`); {DISCARD}",
        codes="no-authority authority-expired not-signed not-approved",
    ),
    _pattern(
        "not-canonical", "low", 0.97, "a number or text that RFC 8785 cannot write", DISCARD, codes="not-canonical"
    ),
)

PATTERNS = (*BY_CODE, *BY_WORDS)
