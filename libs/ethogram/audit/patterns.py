"""Patterns of dead letters: what is known to go wrong, how it is recognised, and what helps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

Severity = Literal["low", "medium", "high", "critical"]


class Pattern(NamedTuple):
    """One kind of trouble. The first one that fits is taken, so that the particular stand before the general."""

    name: str
    severity: Severity
    confidence: float
    codes: frozenset[str]
    """Error codes that alone identify it."""
    words: str
    """Regular expression over the message, tried on what has no such code."""
    cause: str
    next_step: str


def _pattern(
    name: str, severity: Severity, confidence: float, cause: str, next_step: str, *, codes: str = "", words: str = ""
) -> Pattern:
    return Pattern(name, severity, confidence, frozenset(codes.split()), words, cause, next_step)


REDRIVE = "redrive it once the cause is gone: `ethogram dlq redrive ID`"
DISCARD = "tell the writer, then `ethogram dlq discard ID --reason '...'`"

PATTERNS: Sequence[Pattern] = (
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
        codes="schema type scenario-presented",
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
        codes="log-invalid automata-invalid strategy-unknown",
    ),
    _pattern(
        "unknown-reference",
        "medium",
        0.8,
        "it speaks of a session, game, turn or seat that was never presented",
        f"a writer mixes up ids, or its input was lost (`ethogram doctor`); {DISCARD}",
        codes="seat-taken unknown-session unknown-game unknown-turn unknown-seat unknown-option presented-id before",
    ),
    _pattern(
        "too-late",
        "low",
        0.85,
        "it came after the session had ended or the turn was resolved",
        DISCARD,
        codes="session-over not-finished already-resolved state late",
        words=r"already (over|ended|resolved)|is over|has ended",
    ),
    _pattern(
        "not-canonical", "low", 0.97, "a number or text that RFC 8785 cannot write", DISCARD, codes="not-canonical"
    ),
    _pattern(
        "disk-full",
        "critical",
        0.97,
        "a disk is full",
        f"free space (`ethogram doctor` says where), then {REDRIVE}",
        words=r"no space left|disk ?full|could not extend file|ENOSPC",
    ),
    _pattern(
        "memory",
        "critical",
        0.9,
        "a process ran out of memory",
        f"give it more memory or play fewer sessions at once, then {REDRIVE}",
        words=r"MemoryError|out of memory|cannot allocate memory|OOM",
    ),
    _pattern(
        "deadlock",
        "medium",
        0.95,
        "two transactions waited for each other; PostgreSQL ended one",
        REDRIVE,
        words=r"deadlock detected|could not serialize|SerializationFailure",
    ),
    _pattern(
        "database-constraint",
        "high",
        0.9,
        "a row that contradicts one that is there: a fault in a projection, or an equivocation",
        "`ethogram replay SESSION --verify`; report it with the dead letter",
        words=r"UniqueViolation|violates .*constraint|duplicate key",
    ),
    _pattern(
        "database-schema",
        "critical",
        0.95,
        "the tables are of another release",
        f"`ethogram down`, `ethogram up` (it migrates), then {REDRIVE}",
        words=r"UndefinedTable|UndefinedColumn|(relation|column) .* does not exist",
    ),
    _pattern(
        "database-connection",
        "high",
        0.93,
        "PostgreSQL was not there",
        f"`ethogram doctor`, then {REDRIVE}",
        words=r"server closed the connection|connection to server|psycopg.*connect|terminating connection|"
        r"too many (clients|connections)",
    ),
    _pattern(
        "database-value",
        "medium",
        0.85,
        "a value that PostgreSQL cannot store",
        f"the message names it; {DISCARD}",
        words=r"out of range|invalid input syntax|invalid byte sequence|NumericValueOutOfRange|DataError",
    ),
    _pattern(
        "kafka",
        "high",
        0.9,
        "the broker was not there or refused",
        f"`ethogram doctor`, then {REDRIVE}",
        words=r"KafkaE|_TRANSPORT|brokers? (are )?down|NOT_LEADER|broker-unreachable|MSG_SIZE_TOO_LARGE|UNKNOWN_TOPIC",
    ),
    _pattern(
        "rate-limit",
        "medium",
        0.95,
        "a provider refused for the number of calls",
        f"wait or lower ETHOGRAM_EFFECTS_AT_ONCE; {REDRIVE} --rate 1",
        words=r"\b429\b|rate.?limit|too many requests|quota",
    ),
    _pattern(
        "authentication",
        "high",
        0.93,
        "a key or password is missing, wrong or expired",
        f"correct the credentials, restart the service, then {REDRIVE}",
        words=r"\b401\b|\b403\b|unauthori[sz]ed|forbidden|authentication failed|invalid api.?key|"
        r"permission denied|SASL",
    ),
    _pattern(
        "tls",
        "high",
        0.9,
        "a certificate is not trusted or has expired",
        f"correct the certificates or the clock, then {REDRIVE}",
        words=r"certificate|SSL|TLS",
    ),
    _pattern(
        "name-resolution",
        "high",
        0.92,
        "a host name cannot be resolved",
        f"correct the address or the DNS, then {REDRIVE}",
        words=r"getaddrinfo|name or service not known|name resolution|nodename nor servname",
    ),
    _pattern(
        "http-server",
        "medium",
        0.9,
        "a service that was called failed on its side",
        f"wait until it is well, then {REDRIVE}",
        words=r"\b50[0234]\b|bad gateway|service unavailable|internal server error",
    ),
    _pattern(
        "http-client",
        "medium",
        0.8,
        "a service that was called refuses the request as it is",
        "correct the agent's config; then redrive it",
        words=r"\b4(00|04|05|09|13|15|22)\b|bad request|not found",
    ),
    _pattern(
        "model",
        "medium",
        0.85,
        "a language model gave no usable answer",
        f"look at the answer (`ethogram dlq show ID`); another model or prompt, then {REDRIVE}",
        codes="model-invalid model-refused budget",
        words=r"model .*(refus|overload|context|token)|context.?length|completion",
    ),
    _pattern(
        "time-out",
        "medium",
        0.9,
        "something took longer than it was given",
        f"raise the deadline, or look at what is slow; then {REDRIVE}",
        codes="timeout deadline",
        words=r"time.?d? ?out|TimeoutError|deadline exceeded",
    ),
    _pattern(
        "network",
        "high",
        0.88,
        "the network failed between two parts",
        f"`ethogram doctor`, then {REDRIVE}",
        words=r"connection (refused|reset|aborted)|broken pipe|unreachable|ConnectionError|EOF occurred",
    ),
    _pattern(
        "agent",
        "medium",
        0.85,
        "the code of an agent cannot be found or broke",
        f"correct the agent, restart the runner, then {REDRIVE}",
        codes="plugin agent",
        words=r"PluginError|ModuleNotFoundError|ImportError|agent .*(failed|raised|crash)",
    ),
    _pattern(
        "files",
        "high",
        0.85,
        "a file is missing or cannot be written",
        f"`ethogram doctor`, then {REDRIVE}",
        words=r"FileNotFoundError|PermissionError|read-only file system|too many open files",
    ),
    _pattern(
        "fault-of-ours",
        "critical",
        0.8,
        "a fault in this program: a rule broke on a record that the schema allows",
        f"report the message and `ethogram dlq show ID`; after an update {REDRIVE}",
        words=r"\b(KeyError|TypeError|ValueError|AttributeError|IndexError|AssertionError|ZeroDivisionError|"
        r"RecursionError|ValidationError|UnicodeError|UnicodeDecodeError|OverflowError|RuntimeError)\b",
    ),
)
