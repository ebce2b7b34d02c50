"""Opens the doors of the gateway and listens until it is told to stop."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from ipaddress import ip_address

import uvicorn
from prometheus_client import REGISTRY
from sqlalchemy import Engine, create_engine, text

from ethogram.client import Publisher, Sign
from ethogram.events import Event, SettingsError
from ethogram.runtime import tracing
from ethogram.runtime.channels import channels
from ethogram.runtime.recorder import Recorder
from ethogram.runtime.settings import Settings, load
from ethogram.runtime.store.engine import watch as time_statements
from ethogram.runtime.store.tenants import confine
from ethogram.runtime.telemetry import configure_logging
from ethogram.runtime.tenancy import proof
from ethogram.services.gateway.app import create_app
from ethogram.services.gateway.database import DatabaseAgents, DatabaseKeys, DatabasePerformance, DatabaseReports
from ethogram.services.gateway.doors import Doors
from ethogram.services.gateway.feed import KafkaFeed
from ethogram.services.gateway.gauges import Whole, passes
from ethogram.services.gateway.guards import Counted
from ethogram.services.gateway.operators import DatabaseExplorer, DatabaseLetters
from ethogram.services.gateway.watch import Watch

CONNECTIONS = 5
"""At most; reads are short."""
GRACE_S = 2
"""How long open streams may hold up an end; browsers connect again by themselves."""


def main() -> None:
    """Run the gateway with settings from the environment."""
    try:
        serve(load())
    except SettingsError as error:
        sys.exit(f"gateway: {error.message}")


def serve(settings: Settings) -> None:
    """Listen on `api_host:api_port` until SIGTERM or SIGINT."""
    configure_logging("gateway", settings.log_level)
    tracing.configure("gateway")
    engine = _engine(settings.database_url)
    publisher = Publisher(settings.kafka_bootstrap_servers, source="/ethogram/gateway")
    feed = KafkaFeed(settings.kafka_bootstrap_servers)
    time_statements(engine, "gateway")
    confine(engine)
    checks = {"kafka": publisher.check, "feed": feed.check, "postgres": lambda: _answers(engine)}
    REGISTRY.register(Whole(engine, checks))
    keys = DatabaseKeys(engine, required=not _is_loopback(settings.api_host))
    counted = Counted(REGISTRY)
    doors = Doors(
        partial(_publish, publisher, proof(settings)),
        DatabaseReports(engine),
        feed,
        keys,
        DatabaseAgents(engine),
        DatabasePerformance(engine),
        DatabaseLetters(engine, settings.kafka_bootstrap_servers),
        DatabaseExplorer(settings.explorer_url, settings.kafka_ui_url),
        checks,
    )
    app = create_app(doors, REGISTRY, counted)
    recorder = Recorder(
        engine, "gateway", settings.instance, lambda: all(map(passes, checks.values())), {"answers": counted.measure}
    )
    watch = Watch(engine, publisher.publish, lambda: channels(settings).alerts)
    for part in (feed, recorder, watch):
        part.start()
    try:
        uvicorn.run(
            app, host=settings.api_host, port=settings.api_port, log_config=None, access_log=False,
            server_header=False, timeout_graceful_shutdown=GRACE_S, lifespan="off",
        )  # fmt: skip
    finally:
        for part in (watch, recorder, feed):
            part.stop()
        engine.dispose()
        tracing.flush()


def _publish(publisher: Publisher, prove: Callable[[Event], str], command: Event, sign: Sign | None = None) -> object:
    """What names a tenant is proved: the gateway has seen a key of that tenant."""
    return publisher.publish(command, sign or (prove if vars(command).get("tenant") else None))


def _engine(database_url: str) -> Engine:
    return create_engine(
        database_url, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=5, pool_pre_ping=True,
        connect_args={"connect_timeout": 3, "application_name": "ethogram-gateway"},
    )  # fmt: skip


def _answers(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
