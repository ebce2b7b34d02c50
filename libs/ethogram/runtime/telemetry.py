"""What a service tells about itself: metrics and log lines. Every metric stands here, with what to do about it."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import structlog
from prometheus_client import Counter, Gauge, Histogram

from ethogram.events.envelope import Record
from ethogram.objectives import BOUNDS

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

_SECONDS = tuple(bound for bound in BOUNDS if bound <= 10)

CONSUMED = Counter("ethogram_records_consumed", "Records settled; flat with lag above zero: look at the logs.",
                   ["service", "topic"])  # fmt: skip
DUPLICATES = Counter("ethogram_records_duplicate", "Records seen before and passed over; a burst follows each crash.",
                     ["service"])  # fmt: skip
DEAD_LETTERS = Counter("ethogram_records_dead_lettered", "Records set aside; `ethogram dlq list` says why.",
                       ["service", "stage", "foreseen"])  # fmt: skip
PUBLISHED = Counter("ethogram_records_published", "Records acknowledged by Kafka.", ["service"])
RELAYED = Counter("ethogram_records_relayed", "Records that a crash left behind and that were sent afterwards.",
                  ["service"])  # fmt: skip
SETTLING = Histogram("ethogram_settle_seconds", "One batch in one transaction; above 0.1 the database is slow.",
                     ["service"], buckets=_SECONDS)  # fmt: skip
BATCH = Histogram("ethogram_batch_records", "Records in a batch.", ["service"], buckets=(1, 2, 5, 10, 50, 100, 500))
LAG = Gauge("ethogram_consumer_lag_records", "Records waiting; growing: scale the service out.", ["service"])
RETRIES = Counter("ethogram_transient_failures", "Database or broker trouble that was tried again.", ["service"])
HALTED = Gauge("ethogram_consumer_halted", "1: too many unforeseen errors. Fix the cause, restart, redrive.",
               ["service"])  # fmt: skip
UNPUBLISHED = Gauge("ethogram_records_in_flight", "Records handed to Kafka and not acknowledged yet.", ["service"])
EFFECTS = Gauge("ethogram_effects_running", "Effects that run now.", ["service"])
EFFECT_SECONDS = Histogram("ethogram_effect_seconds", "Duration of effects.", ["service", "outcome"],
                           buckets=BOUNDS)  # fmt: skip
MODEL_CALLS = Counter("ethogram_model_calls", "Calls of models; many failed: look at the breaker and the provider.",
                      ["provider", "outcome"])  # fmt: skip
MODEL_TOKENS = Counter("ethogram_model_tokens", "Tokens read and written that were paid for.", ["provider"])
MODEL_COST = Counter("ethogram_model_cost_usd", "US dollars by the table of prices.", ["provider"])
MODEL_CACHE = Counter("ethogram_model_cache", "Looks into the cache of replies; no hits on repeated work: is it full?",
                      ["result"])  # fmt: skip
BREAKER = Gauge("ethogram_breaker_state", "0 closed, 1 half-open, 2 open: the provider fails, nothing is sent to it.",
                ["provider"])  # fmt: skip
BREAKER_CHANGES = Counter("ethogram_breaker_changes", "How often a breaker opened or closed.", ["provider", "state"])
NOTIFICATIONS = Counter("ethogram_notifications", "People told of something; failed: look at the channel.",
                        ["via", "outcome"])  # fmt: skip
REREAD = Counter("ethogram_records_reread", "Records that Faust lost and that were read again.", ["service"])
AGE = Histogram("ethogram_record_age_seconds", "From Kafka taking a record to its being settled; above 1: it waits.",
                ["service"], buckets=BOUNDS)  # fmt: skip
DECIDING = Histogram(
    "ethogram_decide_seconds",
    "Deciding on one event: of inference-worker the latency of inference, of scenario-generator that of generation.",
    ["service", "event"], buckets=_SECONDS,
)  # fmt: skip
READY = Gauge("ethogram_component_ready", "1: this component says that it is ready; 0: /readyz says why not.",
              ["component"])  # fmt: skip
DATABASE = Histogram("ethogram_database_seconds", "One statement; slow ones are in the log with their text.",
                     ["service", "statement"], buckets=_SECONDS)  # fmt: skip
SLOW = Counter("ethogram_database_slow", "Statements that took longer than 0.1 s.", ["service"])


def log() -> FilteringBoundLogger:
    """The logger of the runtime."""
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger


def configure_logging(service: str, level: str) -> None:
    """JSON lines on standard error, each with the service's name; libraries' own warnings come the same way."""
    severity = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(severity),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    formatter = structlog.stdlib.ProcessorFormatter(
        processor=structlog.processors.JSONRenderer(), foreign_pre_chain=shared
    )
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(formatter)
    logging.basicConfig(level=max(severity, logging.WARNING), handlers=[stream], force=True)


def about(record: Record) -> None:
    """Every line that this task logs from now on names the session and the trace of this record."""
    ids = {"session_id": record.event.session_id, "trace_id": trace_id(record.traceparent)}
    structlog.contextvars.bind_contextvars(**{name: value for name, value in ids.items() if value})


def trace_id(traceparent: str | None) -> str | None:
    """The trace id of a W3C traceparent."""
    parts = (traceparent or "").split("-")
    return parts[1] if len(parts) == 4 else None
