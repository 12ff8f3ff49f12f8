"""The configuration of the broker: one class for each section of the YAML file, with the same keys and defaults.

Written by `npm run config-table` from the schema of the broker. The broker checks the values when it starts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ._section import Section, renamed

__all__ = [
    "AuthConfig",
    "BrokerConfig",
    "ClusterConfig",
    "Config",
    "JournalConfig",
    "LimitsConfig",
    "LoggingConfig",
    "MonitoringConfig",
    "ServerConfig",
    "StorageConfig",
]


@dataclass(kw_only=True)
class ServerConfig(Section):
    """The section `server`."""

    host: str = "0.0.0.0"
    """Address on which all three ports listen. Allowed: text."""
    pub_port: int = 5555
    """Port for publishers and requests; 0 takes two adjacent free ports. Allowed: 0 to 65535."""
    sub_port: int | None = None
    """Port for subscribers; unset means `pub_port` + 1. Allowed: 0 to 65535."""
    admin_port: int = 8080
    """Port for the console and the HTTP API; 0 takes a free port. Allowed: 0 to 65535."""
    trusted_proxies: list[str] = field(default_factory=list)
    """Reverse proxies in front of the HTTP API: their `X-Forwarded-For` gives the address of the caller. Allowed: list of addresses and ranges."""
    allowed_origins: list[str] = field(default_factory=list)
    """Web pages that may connect by WebSocket, such as `https://desk.example`; pages from the broker's own host are always allowed. Allowed: list of origins."""
    tls_cert_file: str | None = None
    """Certificate of the broker, PEM, with its chain; set: TLS on the ports for publishers and subscribers, HTTPS on the admin port. Allowed: text."""
    tls_key_file: str | None = None
    """Private key of the certificate, PEM. Allowed: text."""
    tls_client_ca_file: str | None = None
    """Authorities whose client certificates are accepted, PEM; a certificate may be bound to a user. Allowed: text."""


@dataclass(kw_only=True)
class StorageConfig(Section):
    """The section `storage`."""

    driver: Literal["sqlite", "postgres"] = "sqlite"
    """Database for users, grants and statistics: a file, or a server that several brokers share. Allowed: sqlite, postgres."""
    db_path: str = "./pulsemq.db"
    """Path of the database file; with `postgres` changes that wait for the server are in files beside it. Allowed: text."""
    url: str | None = None
    """Address of the PostgreSQL database, such as `postgres://user:password@host:5432/pulsemq?sslmode=verify-full`. Allowed: text, at least 12 characters."""
    url_file: str | None = None
    """File with the address of the PostgreSQL database; use it because the address has a password. Allowed: text."""
    broker_name: str | None = None
    """Name of this broker among those that share the database; unset: host name and `server.pub_port`. Allowed: text."""


@renamed(
    login_timeout="login_timeout_sec",
    ping_interval="ping_interval_sec",
    ping_timeout="ping_timeout_sec",
    jwt_expiry="jwt_expiry_sec",
)
@dataclass(kw_only=True)
class AuthConfig(Section):
    """The section `auth`."""

    token_hash: Literal["sha256"] = "sha256"
    """Hash function for stored tokens. Allowed: sha256."""
    login_timeout_sec: int = 30
    """A connection to the publisher port must log in within this time. Allowed: 1 to 3600 s."""
    ping_interval_sec: int = 30
    """Idle time before the broker sends a ZMTP PING. Allowed: 1 to 3600 s."""
    ping_timeout_sec: int = 3
    """Time to answer a PING; after that the broker closes the connection. Allowed: 1 to 3600 s."""
    jwt_secret: str | None = None
    """Secret that signs admin log-ins, at least 32 characters; unset: generated once and stored in the database. Allowed: text, at least 32 characters."""
    jwt_expiry_sec: int = 86400
    """Lifetime of an admin log-in. Allowed: 60 to 2592000 s."""
    legacy_subscribers: bool = True
    """Unauthenticated SUB sockets receive what the open sessions of their IP address subscribe to. Allowed: true, false."""
    curve_key_file: str | None = None
    """Keys of the broker for CURVE, as `pulsemq keygen` writes them; set: clients may encrypt by CURVE. Allowed: text."""
    encryption: Literal["optional", "remote", "always"] = "optional"
    """`remote` refuses clear text from other machines, `always` refuses it from this one too. Allowed: optional, remote, always."""
    ask_password_change: bool = True
    """The console asks for a new password while the one of the first start, or one that an administrator set, is in use. Allowed: true, false."""
    force_password_change: bool = False
    """Refuse other API calls until a generated password is changed. Allowed: true, false."""


@renamed(
    max_connections_per_user="max_sessions_per_user",
    max_subscriptions_per_conn="max_subscriptions_per_session",
    snapshot_bytes="last_value_bytes",
    cache_refresh_sec="rights_refresh_sec",
)
@dataclass(kw_only=True)
class LimitsConfig(Section):
    """The section `limits`."""

    max_sessions_per_user: int = 10
    """Maximum open sessions of one user. Allowed: 1 to 100000."""
    max_subscriptions_per_session: int = 500
    """Maximum subscriptions of one session. Allowed: 1 to 1000000."""
    topics_per_namespace: int = 100000
    """Maximum topics of one namespace; a message to a new topic beyond that is refused. Allowed: 1 to 10000000."""
    topic_levels: int = 3
    """Levels of a topic, such as 4 for 600000.SH.kline.1m. Allowed: 1 to 8."""
    last_value_bytes: int = 268435456
    """Memory for the last values of all topics. Allowed: 0 to 1099511627776 bytes."""
    rights_refresh_sec: int = 300
    """Interval at which the engine gets all rights again; single changes reach it at once. Allowed: 1 to 86400 s."""
    max_connections: int = 100000
    """Open connections; fewer where the system has fewer descriptors. Allowed: 1 to 1000000."""
    max_connections_per_address: int = 20000
    """Open connections of one address (IPv6: of one /64). Allowed: 1 to 1000000."""
    max_pending_connections: int = 20000
    """Connections without a log-in; past it the oldest of the address with the most is closed. Allowed: 1 to 1000000."""
    max_pending_per_address: int = 10000
    """Connections of one address without a log-in; past it the oldest is closed. Allowed: 1 to 1000000."""
    handshakes_per_second: int = 5000
    """ZMTP handshakes begun in a second; further ones wait. Allowed: 1 to 1000000."""
    inbound_bytes_per_user: int = 268435456
    """Bytes of messages of one user that have begun to arrive; a further large message is refused. Allowed: 1048576 to 1099511627776 bytes."""
    inbound_bytes_total: int = 1073741824
    """Bytes of messages of all users that have begun to arrive; a further large message is refused. Allowed: 1048576 to 1099511627776 bytes."""
    unread_reply_bytes: int = 1048576
    """Bytes of replies that one connection has not read; past it the broker stops reading from the connection. Allowed: 65536 to 1073741824 bytes."""
    max_namespaces: int = 10000
    """Maximum namespaces; a further one is refused with an error. Allowed: 1 to 10000000."""
    max_topics: int = 1000000
    """Topics of all namespaces; a new topic past this is refused with an error. Allowed: 1 to 10000000."""
    topics_per_user: int = 200000
    """Topics that one user may create between two starts of the broker. Allowed: 1 to 10000000."""
    max_subscriptions: int = 1000000
    """Subscriptions of all sessions. Allowed: 1 to 10000000."""
    max_replays: int = 64
    """Replays of history that run at the same time; a further one is refused. Allowed: 1 to 100000."""
    replays_per_user: int = 8
    """Replays of history of one user that run at the same time; a further one is refused. Allowed: 1 to 100000."""
    max_open_bars: int = 200000
    """Bars of all bar rules that have not ended, or still wait for late prices; further ones are left out. Allowed: 1 to 10000000."""
    publish_rate_per_user: int = 0
    """Messages a second of one user; a faster publisher waits; 0: no limit. Allowed: 0 to 100000000 msg/s."""
    publish_bytes_per_user: int = 0
    """Payload bytes a second of one user; a faster publisher waits; 0: no limit. Allowed: 0 to 1099511627776 bytes/s."""
    max_http_connections: int = 1000
    """Open connections to the console and the HTTP API. Allowed: 8 to 1000000."""
    max_http_connections_per_address: int = 200
    """Open HTTP connections of one address (IPv6: of one /64); trusted proxies have no such limit. Allowed: 1 to 1000000."""


@renamed(
    hwm="backlog_messages",
    outbox_bytes="backlog_bytes",
    outbox_total_bytes="backlog_total_bytes",
)
@dataclass(kw_only=True)
class BrokerConfig(Section):
    """The section `broker`."""

    backlog_messages: int = 10000
    """Maximum messages queued for one subscriber that has stopped reading. Allowed: 1 to 10000000."""
    backlog_bytes: int = 67108864
    """Maximum bytes queued for one subscriber. Allowed: 65536 to 68719476736 bytes."""
    backlog_total_bytes: int = 1073741824
    """Maximum bytes queued for all subscribers together. Allowed: 1048576 to 1099511627776 bytes."""
    pacing_ms: int = 5
    """Interval at which paused publishers resume while a live subscriber lags; 0: publishers are never paused. Allowed: 0 to 1000 ms."""
    handshake_timeout_ms: int = 5000
    """Time limit for the ZMTP handshake of a connection. Allowed: 100 to 600000 ms."""


@dataclass(kw_only=True)
class JournalConfig(Section):
    """The section `journal`."""

    dir: str = "./journal"
    """Folder for the messages of namespaces that keep history; made when the first one does. Allowed: text."""
    fsync: Literal["none", "interval", "always"] = "interval"
    """When messages are made durable: never by the broker, every `sync_interval_ms`, or before their publish is acknowledged. Allowed: none, interval, always."""
    sync_interval_ms: int = 200
    """Interval of the policy `interval`. Allowed: 1 to 60000 ms."""
    max_bytes: int = 10737418240
    """Maximum bytes of history; past it the oldest messages are removed. Allowed: 16777216 to 1125899906842624 bytes."""
    max_age_hours: int = 168
    """Maximum age of history; older messages are removed. Allowed: 1 to 876000 h."""


@dataclass(kw_only=True)
class LoggingConfig(Section):
    """The section `logging`."""

    dir: str = "./logs"
    """Folder for the log files. Allowed: text."""
    max_days: int = 7
    """Days to keep old log files. Allowed: 1 to 3650 days."""
    max_bytes: int = 268435456
    """Bytes of all log files together; the oldest are removed. Allowed: 1048576 to 1099511627776 bytes."""
    level: Literal["debug", "info", "warn", "error"] = "info"
    """Lowest level that is logged. Allowed: debug, info, warn, error."""
    format: Literal["text", "json"] = "text"
    """Lines for people, or one JSON object for each. Allowed: text, json."""


@renamed(
    stats_retention_minutes="minute_stats_retention_days",
    stats_retention_hours="hour_stats_retention_days",
    topics_per_minute="stats_topics",
)
@dataclass(kw_only=True)
class MonitoringConfig(Section):
    """The section `monitoring`."""

    minute_stats_retention_days: int = 7
    """How long to keep statistics by the minute. Allowed: 1 to 3650 days."""
    hour_stats_retention_days: int = 30
    """How long to keep statistics by the hour. Allowed: 1 to 36500 days."""
    stats_topics: int = 1000
    """Topics with statistics of their own in a minute and an hour: those with drops, stale ones, and the busiest; sums cover all topics. Allowed: 10 to 1000000."""
    audit_retention_days: int = 365
    """How long to keep rows of the audit log. Allowed: 1 to 36500 days."""
    cleanup_interval_sec: int = 300
    """Interval at which old statistics and audit rows are removed. Allowed: 1 to 86400 s."""
    metrics_token: str | None = None
    """Bearer token for `GET /metrics`, at least 16 characters; unset: administrators only. Allowed: text, at least 16 characters."""


@dataclass(kw_only=True)
class ClusterConfig(Section):
    """The section `cluster`."""

    driver: Literal["none", "nats"] = "none"
    """What carries messages between brokers; `none`: this broker is on its own. Allowed: none, nats."""
    servers: list[str] = field(default_factory=list)
    """Servers of NATS, one is enough; needed with `nats`. Allowed: list of host:port."""
    name: str = "pulsemq"
    """Name of the cluster; brokers with the same name find each other. Allowed: 1 to 32 of A-Z, a-z, 0-9, _ and -."""
    broker_name: str | None = None
    """Name of this broker, different from the others; unset: `storage.broker_name`, or host name and publisher port. Allowed: text."""
    host: str | None = None
    """Host under which others reach this broker, as `GET /api/cluster` shows it; unset: the host name. Allowed: text."""
    credentials_file: str | None = None
    """Credentials file of NATS, as `nsc` writes it. Allowed: text."""
    user: str | None = None
    """User at NATS, with `password`. Allowed: text."""
    password: str | None = None
    """Password at NATS. Allowed: text."""
    token: str | None = None
    """Token at NATS, at least 8 characters. Allowed: text, at least 8 characters."""
    tls_ca_file: str | None = None
    """PEM file with the authorities that may have signed the certificate of the NATS server. Allowed: text."""
    tls_cert_file: str | None = None
    """PEM file with the certificate that this broker shows to NATS. Allowed: text."""
    tls_key_file: str | None = None
    """PEM file with the private key of `cluster.tls_cert_file`. Allowed: text."""
    servers_for_clients: list[str] = field(default_factory=list)
    """Brokers that AUTH_OK names, this one included: clients go to another one when they lose theirs. `host:pubPort`, or `host:pubPort/subPort`. Allowed: list of host:port."""


@dataclass(kw_only=True)
class Config:
    """The whole configuration. `Config(server=ServerConfig(pub_port=6000))` changes one setting."""

    server: ServerConfig = field(default_factory=ServerConfig)
    storage: StorageConfig = field(default_factory=StorageConfig)
    auth: AuthConfig = field(default_factory=AuthConfig)
    limits: LimitsConfig = field(default_factory=LimitsConfig)
    broker: BrokerConfig = field(default_factory=BrokerConfig)
    journal: JournalConfig = field(default_factory=JournalConfig)
    logging: LoggingConfig = field(default_factory=LoggingConfig)
    monitoring: MonitoringConfig = field(default_factory=MonitoringConfig)
    cluster: ClusterConfig = field(default_factory=ClusterConfig)

    def settings(self) -> dict[str, dict[str, object]]:
        """Returns the settings that differ from their defaults, by section."""
        sections: dict[str, Section] = {
            "server": self.server,
            "storage": self.storage,
            "auth": self.auth,
            "limits": self.limits,
            "broker": self.broker,
            "journal": self.journal,
            "logging": self.logging,
            "monitoring": self.monitoring,
            "cluster": self.cluster,
        }
        return {name: section.changed() for name, section in sections.items() if section.changed()}
