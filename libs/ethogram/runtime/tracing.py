"""Traces: one session is one trace, from the request through every topic to the verdict.

The context travels in the header `traceparent` (W3C), put in and taken out by hand. Without
OTEL_EXPORTER_OTLP_ENDPOINT nothing is recorded and a traceparent that came with a command is handed on as it is.
Every span and attribute name of ours stands here, after the semantic conventions of OpenTelemetry (messaging, gen_ai);
requests are traced by FastAPI itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from enum import StrEnum
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Link, Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from ethogram.events import Event, ModelCallRecorded, SettingsError
from ethogram.events.envelope import Record
from ethogram.runtime import clock

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_W3C = TraceContextTextMapPropagator()


class Attribute(StrEnum):
    """Attribute names."""

    SYSTEM = "messaging.system"
    OPERATION = "messaging.operation.name"
    OPERATION_TYPE = "messaging.operation.type"
    DESTINATION = "messaging.destination.name"
    PARTITION = "messaging.destination.partition.id"
    OFFSET = "messaging.kafka.offset"
    GROUP = "messaging.consumer.group.name"
    MESSAGE_ID = "messaging.message.id"
    CONVERSATION = "messaging.message.conversation_id"
    EVENT_TYPE = "ethogram.event.type"
    TASK = "ethogram.task"
    MODEL_OPERATION = "gen_ai.operation.name"
    PROVIDER = "gen_ai.provider.name"
    MODEL = "gen_ai.response.model"
    TOKENS_IN = "gen_ai.usage.input_tokens"
    TOKENS_OUT = "gen_ai.usage.output_tokens"


def configure(service: str) -> None:
    """Send spans where the standard OTEL_* variables say; without an endpoint there are none."""
    if not os.environ.get(ENDPOINT) or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as error:
        words = f"{ENDPOINT} is set, but {error.name} is not installed: pip install 'ethogram[tracing]'"
        raise SettingsError("settings-invalid", words) from None
    provider = TracerProvider(resource=Resource.create({"service.name": service, "service.namespace": "ethogram"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def flush() -> None:
    """Send what waits, at the end of a process."""
    with suppress(Exception):
        provider: Any = trace.get_tracer_provider()
        provider.force_flush(2_000)


@contextmanager
def publishing(topic: str, event: Event) -> Iterator[Span]:
    """A command goes out: its record carries `traceparent_of(span)`."""
    attributes = {
        Attribute.SYSTEM: "kafka", Attribute.OPERATION: "send", Attribute.OPERATION_TYPE: "send",
        Attribute.DESTINATION: topic, Attribute.CONVERSATION: event.session_id, Attribute.EVENT_TYPE: event.TYPE,
    }  # fmt: skip
    with _tracer().start_as_current_span(
        f"send {topic}", kind=SpanKind.PRODUCER, attributes=_plain(attributes)
    ) as span:
        yield span


@contextmanager
def processing(service: str, group: str, record: Record) -> Iterator[Span]:
    """A service decides on a record: child of what sent it, and linked to it as the conventions wish."""
    if not _is_recording():  # spare each record what follows
        yield trace.INVALID_SPAN
        return
    context = _context(record.traceparent)
    sender = trace.get_current_span(context).get_span_context()
    attributes: dict[str, Any] = {
        Attribute.SYSTEM: "kafka", Attribute.OPERATION: "process", Attribute.OPERATION_TYPE: "process",
        Attribute.GROUP: group, Attribute.MESSAGE_ID: record.id, Attribute.CONVERSATION: record.event.session_id,
        Attribute.EVENT_TYPE: record.event.TYPE, "service.name": service,
    }  # fmt: skip
    topic = "unknown"
    if record.position is not None:
        topic = record.position.topic
        attributes |= {Attribute.DESTINATION: topic, Attribute.PARTITION: str(record.position.partition),
                       Attribute.OFFSET: record.position.offset}  # fmt: skip
    links = [Link(sender)] if sender.is_valid else []
    with _tracer().start_as_current_span(
        f"process {topic}", context, kind=SpanKind.CONSUMER, attributes=_plain(attributes), links=links
    ) as span:
        yield span


def told(records: Sequence[Record], traceparent: str | None) -> tuple[Record, ...]:
    """Records that carry this context on."""
    return tuple(
        record if record.traceparent == traceparent else replace(record, traceparent=traceparent) for record in records
    )


def traceparent_of(span: Span, otherwise: str | None = None) -> str | None:
    """The header for a span; `otherwise` when nothing is recorded."""
    if not span.get_span_context().is_valid:
        return otherwise
    carrier: dict[str, str] = {}
    _W3C.inject(carrier, trace.set_span_in_context(span))
    return carrier.get("traceparent", otherwise)


def performed(service: str, record: Record, task: str, began_ns: int, events: Sequence[Event]) -> str | None:
    """An effect has ended: its span, with one for each model call in it; the context for its records."""
    context = _context(record.traceparent)
    attributes = {Attribute.TASK: task, Attribute.CONVERSATION: record.event.session_id, "service.name": service,
                  Attribute.EVENT_TYPE: record.event.TYPE}  # fmt: skip
    span = _tracer().start_span(f"perform {record.event.TYPE}", context, start_time=began_ns,
                                attributes=_plain(attributes))  # fmt: skip
    within = trace.set_span_in_context(span)
    for call in (event for event in events if isinstance(event, ModelCallRecorded) and not event.cached):
        _model_call(call, within, service)
    span.end()
    return traceparent_of(span, record.traceparent)


def _model_call(call: ModelCallRecorded, within: Any, service: str) -> None:
    ended = clock.nanoseconds()
    attributes = {Attribute.MODEL_OPERATION: "chat", Attribute.PROVIDER: call.provider, Attribute.MODEL: call.model,
                  Attribute.TOKENS_IN: call.tokens_in, Attribute.TOKENS_OUT: call.tokens_out,
                  "service.name": service}  # fmt: skip
    began = ended - int(call.latency_ms * 1_000_000)
    span = _tracer().start_span(f"chat {call.model}", within, SpanKind.CLIENT, _plain(attributes), start_time=began)
    span.end(ended)


def _context(traceparent: str | None) -> Any:
    return _W3C.extract({"traceparent": traceparent} if traceparent else {})


def _plain(attributes: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in attributes.items()}


def _is_recording() -> bool:
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def _tracer() -> trace.Tracer:
    return trace.get_tracer("ethogram")
