"""Patterns of errors that nobody foresaw: told apart by the words of their messages, the first that fits counts."""

from __future__ import annotations

from ethogram.audit.pattern import DISCARD, REDRIVE, Pattern
from ethogram.audit.pattern import pattern as _pattern

BY_WORDS: tuple[Pattern, ...] = (
    _pattern(
        "disk-full",
        "critical",
        0.97,
        "a disk is full",
        f"free space (`ethogram doctor` says where), then {REDRIVE}",
        words=r"no space left|disk ?full|could not extend file|ENOSPC|disk quota",
    ),
    _pattern(
        "memory",
        "critical",
        0.9,
        "a process ran out of memory",
        f"give it more memory or play fewer sessions at once, then {REDRIVE}",
        words=r"MemoryError|out of (shared )?memory|cannot allocate memory|\bOOM\b",
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
        words=r"Undefined(Table|Column|Function)|(relation|column|function) .* does not exist|syntax error at",
    ),
    _pattern(
        "database-connection",
        "high",
        0.93,
        "PostgreSQL was not there",
        f"`ethogram doctor`, then {REDRIVE}",
        words=r"server closed the connection|connection to server|psycopg.*connect|terminating connection|"
        r"too many (clients|connections)|the connection is closed|QueuePool",
    ),
    _pattern(
        "database-value",
        "medium",
        0.85,
        "a value that PostgreSQL cannot store",
        f"the message names it; {DISCARD}",
        words=r"integer out of range|invalid input syntax|invalid byte sequence|OutOfRange|DataError|"
        r"value too long for type|unsupported Unicode escape",
    ),
    _pattern(
        "kafka",
        "high",
        0.9,
        "the broker was not there or refused",
        f"`ethogram doctor`, then {REDRIVE}",
        words=r"KafkaE|_TRANSPORT|brokers? (are )?down|NOT_LEADER|broker-unreachable|MSG_SIZE_TOO_LARGE|UNKNOWN_TOPIC|"
        r"Local: Queue full|NodeNotReady",
    ),
    _pattern(
        "rate-limit",
        "medium",
        0.95,
        "a provider refused for the number of calls",
        f"wait or lower ETHOGRAM_EFFECTS_AT_ONCE; {REDRIVE} --rate 1",
        words=r"\b429\b|rate.?limit|too many requests|\bquota\b",
    ),
    _pattern(
        "authentication",
        "high",
        0.93,
        "a key or password is missing, wrong or expired",
        f"correct the credentials, restart the service, then {REDRIVE}",
        words=r"\b401\b|\b403\b|unauthori[sz]ed|forbidden|authentication failed|invalid api.?key|"
        r"InsufficientPrivilege|permission denied for|SASL",
    ),
    _pattern(
        "tls",
        "high",
        0.9,
        "a certificate is not trusted or has expired",
        f"correct the certificates or the clock, then {REDRIVE}",
        words=r"certificate|\bSSL|\bTLS\b",
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
        words=r"\b5(0[0234]|29)\b|overloaded|circuit breaker|bad gateway|service unavailable|internal server error",
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
        words=r"model .*(refus|overload|context|token)|context.?length|completion|content.?filter|budget",
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
        words=r"connection (refused|reset|aborted)|caused connection abort|connection attempts failed|broken pipe|"
        r"unreachable|no route to host|ConnectionError|EOF occurred|server disconnected",
    ),
    _pattern(
        "agent",
        "medium",
        0.85,
        "the code of an agent cannot be found or broke",
        f"correct the agent, restart the runner, then {REDRIVE}",
        codes="plugin agent",
        words=r"PluginError|ModuleNotFoundError|ImportError|agent .*(failed|raised|crash)|"
        r"ChildProcessError|ProcessLookupError|the worker (ended|closed)",
    ),
    _pattern(
        "files",
        "high",
        0.85,
        "a file is missing or cannot be written",
        f"`ethogram doctor`, then {REDRIVE}",
        words=r"FileNotFoundError|PermissionError|IsADirectoryError|NotADirectoryError|FileExistsError|"
        r"read-only file system|too many open files",
    ),
    _pattern(
        "resources",
        "high",
        0.8,
        "the machine had no thread, process or handle left",
        f"play fewer sessions at once, or raise its limits; then {REDRIVE}",
        words=r"resource temporarily unavailable|can't start new thread",
    ),
    _pattern(
        "not-json-inside",
        "medium",
        0.8,
        "somebody answered with something that is no JSON",
        f"look at who was asked (`ethogram dlq show ID`), then {REDRIVE}",
        words=r"JSONDecodeError|not JSON",
    ),
    _pattern(
        "signature",
        "high",
        0.9,
        "a signature does not fit what it stands under",
        "`ethogram audit verify SESSION`; if a key was changed, `ethogram audit keys list`",
        words=r"InvalidSignature|BadSignature|bad_signature|SignatureInvalid",
    ),
    _pattern(
        "settings",
        "high",
        0.9,
        "a setting is wrong",
        f"`ethogram doctor`; correct it, restart the service, then {REDRIVE}",
        words=r"SettingsError|ETHOGRAM_[A-Z_]+:",
    ),
    _pattern(
        "fault-of-ours",
        "critical",
        0.8,
        "a fault in this program: a rule broke on a record that the schema allows",
        f"report the message and `ethogram dlq show ID`; after an update {REDRIVE}",
        words=r"\b(KeyError|TypeError|ValueError|AttributeError|IndexError|AssertionError|ZeroDivisionError|"
        r"RecursionError|ValidationError|UnicodeError|UnicodeDecodeError|UnicodeEncodeError|"
        r"OverflowError|RuntimeError|StopIteration|NotImplemented\w+|FloatingPointError|LinAlgError|CancelledError)\b",
    ),
)
