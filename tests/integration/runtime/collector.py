"""A stand-in for a collector of OpenTelemetry: takes spans by OTLP over HTTP, as the real one does, and keeps them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Seen:
    """A span as it came over the wire; ids are hexadecimal."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    links: tuple[str, ...]
    """Spans of the same trace or others that it is linked to."""
    attributes: dict[str, Any]
    resource: dict[str, Any]


@dataclass
class Collector:
    """What was sent."""

    url: str
    spans: list[Seen] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        """Keep the spans of one request."""
        for group in ExportTraceServiceRequest.FromString(body).resource_spans:
            resource = _plain(group.resource.attributes)
            self.spans += [
                Seen(span.name, span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(),
                     tuple(link.span_id.hex() for link in span.links), _plain(span.attributes), resource)
                for scope in group.scope_spans for span in scope.spans
            ]  # fmt: skip


@contextmanager
def collecting() -> Iterator[Collector]:
    """One that listens on a free port of the loopback."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces" and self.headers["Content-Type"] == "application/x-protobuf"
            collector.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Requests are no news."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    collector = Collector(f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, name="collector", daemon=True).start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()


def _plain(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}
