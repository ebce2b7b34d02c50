"""Spans of models' calls, contexts in headers, and nothing at all where nobody asked for traces."""

from __future__ import annotations

import json

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from ethogram.events import ModelCallRecorded
from ethogram.events.envelope import Record
from ethogram.runtime import tracing
from tests.running import ROOT

INCOMING = "00-11111111111111111111111111111111-2222222222222222-01"
CALL = json.loads((ROOT / "schemas" / "examples" / "ethogram.model.called.v1" / "valid-call.json").read_text())


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Spans that end, whatever the process is set to."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", lambda: provider.get_tracer("test"))
    monkeypatch.setattr(tracing, "_is_recording", lambda: True)
    return exporter


def _record(**changes: object) -> Record:
    event = ModelCallRecorded.model_validate({**CALL, **changes})
    return Record(event, "id", "/ethogram/agent-runner", "2026-11-30T00:00:00Z", "c", traceparent=INCOMING)


def test_a_call_of_a_model_is_a_span_within_its_effect(spans: InMemorySpanExporter) -> None:
    record = _record()
    cached = _record(cached=True).event
    told = tracing.performed("agent-runner", record, "answer", 1, [record.event, cached])
    chat, effect = spans.get_finished_spans()
    assert chat.kind is SpanKind.CLIENT and chat.parent and chat.parent.span_id == effect.context.span_id
    assert chat.attributes == {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "local", "service.name": "agent-runner",
        "gen_ai.response.model": "small-instruct-2026-05", "gen_ai.usage.input_tokens": 311,
        "gen_ai.usage.output_tokens": 9,
    }  # fmt: skip
    assert told and told.split("-")[1] == "1" * 32 and told.split("-")[2] == f"{effect.context.span_id:016x}"


def test_a_record_without_a_context_begins_a_trace(spans: InMemorySpanExporter) -> None:
    record = _record()
    with tracing.processing("judge", "ethogram.judge", record), tracing.processing("judge", "g", record):
        pass
    inner, outer = spans.get_finished_spans()
    assert [span.links[0].context.span_id for span in (inner, outer)] == [int("2" * 16, 16)] * 2
    assert tracing.told([record], None)[0].traceparent is None


def test_without_an_endpoint_nothing_is_sent_and_a_context_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(tracing.ENDPOINT, raising=False)
    tracing.configure("judge")
    monkeypatch.setattr(tracing, "_tracer", lambda: trace.NoOpTracerProvider().get_tracer("none"))
    with tracing.processing("judge", "ethogram.judge", _record()) as span:
        assert not span.is_recording()
    assert tracing.performed("judge", _record(), "t", 1, []) == INCOMING
