"""Tables. Upper half: what every service needs to settle records. Lower half: what we know from the history."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData()


def _tenant() -> Column[str]:
    """Whose a row is; rows without it belong to whoever has their session: runtime/store/tenants.py."""
    return Column("tenant", Text, nullable=False, server_default=text("'default'"))


# --- settling records -------------------------------------------------------------------------------------------

inbox = Table(
    "inbox", metadata,
    Column("service", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, comment="SHA-256 of the value: same id, other bytes: equivocation"),
    Column("failed", Boolean, nullable=False, server_default=text("false"), comment="dead-lettered: redrive may enter"),
    Column("numbered", Boolean, nullable=False, server_default=text("false"),
           comment="bears a number, by which its session knows it once this row is trimmed"),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("service", "event_id"),
    Index("inbox_by_age", "received_at", postgresql_using="brin"),
)  # fmt: skip

state = Table(
    "service_state", metadata,
    Column("service", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False, comment="canonical JSON of the state"),
    Column("seen", JSONB, nullable=False, comment="last sequence number per source|topic"),
    Column("sent", JSONB, nullable=False, comment="records emitted per topic"),
    Column("aside", JSONB, nullable=False, server_default=text("'{}'"),
           comment="numbers per source|topic that went to the dead letters"),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("service", "key"),
)  # fmt: skip

outbox = Table(
    "outbox", metadata,
    Column("pos", BigInteger, primary_key=True, autoincrement=True),
    Column("service", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", LargeBinary),
    Column("value", LargeBinary),
    Column("headers", LargeBinary, nullable=False, comment="JSON list of [name, base64]"),
    Column("published_at", DateTime(timezone=True)),
    Index("outbox_waiting", "service", "pos", postgresql_where=text("published_at IS NULL")),
)  # fmt: skip

offsets = Table(
    "consumer_offsets", metadata,
    Column("service", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("topic_id", Text, nullable=False, comment="a topic made anew starts anew"),
    Column("partition", Integer, nullable=False),
    Column("next_offset", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False, comment="raised by each new owner: a zombie's update finds no row"),
    PrimaryKeyConstraint("service", "topic", "partition"),
)  # fmt: skip

tasks = Table(
    "tasks", metadata,
    Column("service", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("task", Text, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("lane", Text, nullable=False, server_default=text("''"), comment="whose slots it takes; few run at a time"),
    Column("record", LargeBinary, nullable=False, comment="the record that asked for it, as delivered"),
    Column("token", BigInteger, nullable=False, server_default=text("0"), comment="fencing: raised by each lease"),
    Column("leased_until", DateTime(timezone=True)),
    Column("holder", Text, comment="process that holds the lease; after a restart it takes its own up at once"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("done_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("service", "event_id", "task"),
    Index("tasks_waiting", "service", "created_at", postgresql_where=text("done_at IS NULL")),
)  # fmt: skip

dead_letters = Table(
    "dead_letters", metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("service", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("session_id", Text),
    Column("event_id", Text),
    Column("key", LargeBinary),
    Column("value", LargeBinary),
    Column("headers", LargeBinary, nullable=False),
    Column("stage", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("foreseen", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("1")),
    Column("status", Text, nullable=False, server_default=text("'new'"), comment="new, redriven, discarded"),
    Column("reason", Text, comment="why it was discarded, and by whom"),
    Column("redrives", Integer, nullable=False, server_default=text("0")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("service", "topic", "partition", "offset"),
)  # fmt: skip

# --- what we know from the history ------------------------------------------------------------------------------

agents = Table(
    "agents", metadata,
    Column("name", Text, nullable=False),
    Column("event_id", Text, nullable=False, unique=True, comment="the AgentRegistered that holds"),
    Column("adapter", Text, nullable=False),
    Column("config", JSONB, nullable=False),
    Column("about", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("registered_at", DateTime(timezone=True), nullable=False),
    _tenant(),
    PrimaryKeyConstraint("tenant", "name"),
)  # fmt: skip

seats_waiting = Table(
    "seats_waiting", metadata,
    Column("presented_id", Text, nullable=False),
    Column("seat", Integer, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("game_id", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("who", Text, comment="the only actor whose answer counts; none: anybody's"),
    Column("body", JSONB, nullable=False, comment="the ScenarioPresented without its seats"),
    Column("until", DateTime(timezone=True), nullable=False, comment="after this the seat has timed out"),
    Column("answer", JSONB, comment="the first valid answer"),
    Column("command_id", Text, comment="the AnswerTurn that it came from"),
    PrimaryKeyConstraint("presented_id", "seat"),
    Index("seats_waiting_of_session", "session_id", "until"),
)  # fmt: skip

sessions = Table(
    "sessions", metadata,
    Column("session_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False, comment="running, paused, completed, failed, cancelled, rejected"),
    Column("mode", Text),
    Column("seed", BigInteger),
    Column("training", JSONB, comment="the SessionAdmitted body"),
    Column("reason", Text),
    Column("planned_turns", Integer),
    Column("resolved_turns", Integer, nullable=False, server_default=text("0")),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    _tenant(),
    Index("sessions_of_tenant", "tenant", "started_at", "session_id"),
)  # fmt: skip

decisions = Table(
    "decisions", metadata,
    Column("event_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("game_id", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("seat", Integer, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("option", Text),
    Column("confidence", Double),
    Column("reasoning", Text),
    Column("claims", JSONB, nullable=False),
    Column("latency_ms", Double),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("session_id", "game_id", "turn", "seat"),
)  # fmt: skip

turns = Table(
    "turns", metadata,
    Column("event_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("game_id", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actions", JSONB, nullable=False),
    Column("situation", JSONB),
    Column("resolved_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("session_id", "game_id", "turn"),
    UniqueConstraint("session_id", "number"),
)  # fmt: skip

behaviour = Table(
    "behaviour", metadata,
    Column("event_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("acts", JSONB, nullable=False),
    UniqueConstraint("session_id", "number"),
)  # fmt: skip

snapshots = Table(
    "snapshots", metadata,
    Column("event_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("closing", Boolean, nullable=False),
    Column("profiles", JSONB, nullable=False),
    Index("snapshots_of_session", "session_id", "turns"),
)  # fmt: skip

inferences = Table(
    "inferences", metadata,
    Column("event_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("acts", Integer, nullable=False),
    Column("closing", Boolean, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("inferred_at", DateTime(timezone=True), nullable=False),
    Index("inferences_of_agent", "session_id", "agent_id", "acts"),
)  # fmt: skip

verdicts = Table(
    "verdicts", metadata,
    Column("event_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("session_id", "agent_id"),
)  # fmt: skip

scores = Table(
    "scores", metadata,
    Column("event_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("total", Double, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("body", JSONB, nullable=False),
    UniqueConstraint("session_id", "agent_id"),
)  # fmt: skip

arena = Table(
    "arena", metadata,
    Column("event_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("type", Text, nullable=False, comment="of the event, as in CloudEvents"),
    Column("round", Integer, nullable=False),
    Column("body", JSONB, nullable=False),
    Index("arena_of_session", "session_id", "round"),
)  # fmt: skip

champions = Table(
    "champions", metadata,
    Column("event_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False, unique=True),
    Column("agent_id", Text, nullable=False),
    Column("total", Double, nullable=False),
    Column("margin", Double, nullable=False),
    Column("runner_up", Text),
    Column("crowned_at", DateTime(timezone=True), nullable=False),
)  # fmt: skip

placements = Table(
    "placements", metadata,
    Column("session_id", Text, primary_key=True),
    Column("event_id", Text, nullable=False, unique=True, comment="its SessionPlaced"),
    _tenant(),
    Column("title", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("number", BigInteger, comment="which on the ladder; none until it has moved, and before revision 0015"),
)  # fmt: skip

ratings = Table(
    "ratings", metadata,
    _tenant(),
    Column("contestant", Text, nullable=False),
    Column("mu", Double, nullable=False),
    Column("sigma", Double, nullable=False),
    Column("ordinal", Double, nullable=False, comment="mu less three sigma"),
    Column("sessions", Integer, nullable=False),
    Column("number", BigInteger, nullable=False, comment="which session on the ladder made it so"),
    PrimaryKeyConstraint("tenant", "contestant"),
)  # fmt: skip

titles = Table(
    "titles", metadata,
    _tenant(),
    Column("title", Text, nullable=False),
    Column("number", BigInteger, nullable=False, comment="which session on the ladder made it so"),
    Column("holding", JSONB, nullable=False, comment="contestant, since, defences, challenges"),
    PrimaryKeyConstraint("tenant", "title"),
)  # fmt: skip

title_events = Table(
    "title_events", metadata,
    Column("event_id", Text, primary_key=True),
    _tenant(),
    Column("number", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="taken, defended, challenged"),
    Column("of_session", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    UniqueConstraint("tenant", "number"),
)  # fmt: skip

audit_log = Table(
    "audit_log", metadata,
    Column("event_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("about", Text, nullable=False, comment="id of the record that the line is about"),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False, comment="type of that record"),
    Column("said_at", DateTime(timezone=True), nullable=False),
    Column("why", Text, nullable=False),
    Column("verdict", Text, nullable=False, comment="accepted, refused: ..., or the verdict on an agent"),
    Column("signed", Boolean, nullable=False, comment="whether the person's signature was checked"),
    Index("audit_log_of_session", "session_id", "said_at"),
    comment="append-only: triggers refuse UPDATE, DELETE and TRUNCATE",
)  # fmt: skip

approvals = Table(
    "approvals", metadata,
    Column("approval_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("level", Integer, nullable=False, comment="which rung of the policy is asked, from 0"),
    Column("role", Text, nullable=False, comment="who may answer"),
    Column("body", JSONB, nullable=False, comment="the latest ApprovalRequested"),
    Column("until", DateTime(timezone=True), nullable=False, comment="after this the rung's time is up"),
    Column("decided", JSONB, comment="the ApprovalDecided"),
    Index("approvals_of_session", "session_id", "until"),
)  # fmt: skip

chat = Table(
    "chat", metadata,
    Column("session_id", Text, nullable=False),
    Column("number", Integer, nullable=False, comment="from 1, without gap"),
    Column("event_id", Text, nullable=False, unique=True),
    Column("body", JSONB, nullable=False, comment="the ChatSaid"),
    Column("said_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("session_id", "number"),
)  # fmt: skip

notifications = Table(
    "notifications", metadata,
    Column("event_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("about", Text, nullable=False, comment="id of the event that people are told of"),
    Column("channel", Text, nullable=False),
    Column("via", Text, nullable=False, comment="kind of the channel"),
    Column("outcome", Text, nullable=False, comment="delivered, failed or moot"),
    Column("body", JSONB, nullable=False, comment="the NotificationSettled"),
    Column("told_at", DateTime(timezone=True), nullable=False),
    Index("notifications_newest", "told_at"),
    Index("notifications_of_session", "session_id"),
)  # fmt: skip

revisions = Table(
    "revisions", metadata,
    Column("session_id", Text, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("number", Integer, nullable=False, comment="the latest holds"),
    Column("body", JSONB, nullable=False, comment="the OutcomeRevised: what holds after people overruled the council"),
    Column("revised_at", DateTime(timezone=True), nullable=False),
)  # fmt: skip

archive = Table(
    "archive", metadata,
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("key", LargeBinary),
    Column("value", LargeBinary, nullable=False),
    Column("headers", LargeBinary, nullable=False),
    Column("timestamp", BigInteger, comment="milliseconds since 1970, as Kafka keeps them; none before revision 0002"),
    PrimaryKeyConstraint("topic", "partition", "offset"),
    Index("archive_of_session", "session_id", "topic"),
)  # fmt: skip

checkpoints = Table(
    "checkpoints", metadata,
    Column("event_id", Text, primary_key=True),
    Column("session_id", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("root", Text, nullable=False),
    Column("closing", Boolean, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("signature", Text, nullable=False),
    Column("signed_at", DateTime(timezone=True), nullable=False),
    Index("checkpoints_of_session", "session_id", "size"),
)  # fmt: skip

api_keys = Table(
    "api_keys", metadata,
    Column("key_id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True, comment="SHA-256 of the key, which nobody keeps"),
    Column("owner", Text, nullable=False),
    Column("person", Text, comment="on the roster: commands that come with the key are signed as this person's"),
    Column("public_key", Text, comment="which checks those signatures"),
    Column("scopes", JSONB, nullable=False),
    Column("per_minute", Integer, nullable=False),
    Column("usage_limit", BigInteger, comment="requests that it is good for; none: any number"),
    Column("used", BigInteger, nullable=False, server_default=text("0")),
    Column("window_start", DateTime(timezone=True), comment="the minute that window_used counts"),
    Column("window_used", Integer, nullable=False, server_default=text("0")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    _tenant(),
)  # fmt: skip

# --- how well it runs ---------------------------------------------------------------------------------------------

measures = Table(
    "measures", metadata,
    Column("service", Text, nullable=False),
    Column("process", Text, nullable=False, comment="who measured; empty once hours are added up"),
    Column("figure", Text, nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("seconds", Integer, nullable=False, comment="how long the span is: 60, later 3600"),
    Column("count", BigInteger, nullable=False),
    Column("bad", BigInteger, nullable=False),
    Column("total", Double, nullable=False),
    Column("buckets", ARRAY(BigInteger), nullable=False, comment="of objectives.BOUNDS; empty: no duration"),
    PrimaryKeyConstraint("began_at", "service", "figure", "process"),
)  # fmt: skip

alerts = Table(
    "alerts", metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("told_at", DateTime(timezone=True), nullable=False),
    Column("resolved_at", DateTime(timezone=True)),
    Column("acknowledged_at", DateTime(timezone=True)),
    Column("acknowledged_by", Text),
    Column("reason", Text),
    Index("alerts_open", "name", "subject", unique=True, postgresql_where=text("resolved_at IS NULL")),
)  # fmt: skip
