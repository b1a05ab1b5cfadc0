# SPDX-License-Identifier: LGPL-3.0-or-later
"""The tables. Private to this package: everyone else sees values of `optimage.model`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from optimage.store.columns import PlainText, UtcDateTime

SCHEMA_VERSION = "0004"

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, PlainText, nullable=False, server_default="")


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def _of(table: str) -> Column[int]:
    return Column(f"{table}_id", ForeignKey(f"{table}.id"), nullable=False)


# Written and read by alembic, too; its shape is alembic's.
VERSION = Table(
    "alembic_version",
    METADATA,
    Column("version_num", String(32), primary_key=True),
)
VERSION.primary_key.name = "alembic_version_pkc"

SITE = Table("site", METADATA, _id(), Column("name", PlainText, nullable=False, unique=True))

# `identity` is what tells units apart: maker, model and serial number, or the station where there is none.
DEVICE = Table(
    "device",
    METADATA,
    _id(),
    Column("site_id", ForeignKey("site.id")),
    Column("identity", PlainText, nullable=False, unique=True),
    _text("manufacturer"),
    _text("model"),
    _text("serial"),
    _text("station"),
    _text("name"),
)

INSTANCE = Table(
    "instance",
    METADATA,
    _id(),
    Column("sop_instance_uid", String(64), nullable=False),
    Column("sop_class_uid", String(64), nullable=False),
    Column("transfer_syntax_uid", String(64), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    _text("detail"),
    Column("received_at", UtcDateTime, nullable=False),
    _text("source"),
    _text("calling_ae"),
    _text("address"),
    _text("association"),
    _text("operator"),
    Column("conflict", Boolean, nullable=False),
    UniqueConstraint("sop_instance_uid", "sha256"),
    Index(None, "state", "id"),
)

PROFILE = Table("profile", METADATA, Column("id", PlainText, primary_key=True), Column("created_at", UtcDateTime))

PROFILE_REVISION = Table(
    "profile_revision",
    METADATA,
    _id(),
    Column("profile_id", ForeignKey("profile.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("text", PlainText, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("value", PlainText, nullable=False),
    _text("author"),
    _text("reason"),
    Column("applied_at", UtcDateTime, nullable=False),
    _text("source"),
    UniqueConstraint("profile_id", "revision"),
)

# `identity` is the hash of profile, phantom, group and parameters, because SQL lets NULLs differ.
MEASUREMENT_SET = Table(
    "measurement_set",
    METADATA,
    _id(),
    Column("identity", String(64), nullable=False, unique=True),
    Column("profile_id", ForeignKey("profile.id")),
    Column("revision", Integer),
    Column("phantom", PlainText, nullable=False),
    Column("group_key", PlainText, nullable=False),
    _text("parameters_key"),
    Column("state", String(16), nullable=False, index=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("last_arrival_at", UtcDateTime, nullable=False),
    Column("generation", Integer, nullable=False),
)

# `frame` NULL means all frames of the instance.
MEASUREMENT_INPUT = Table(
    "measurement_input",
    METADATA,
    Column("set_id", ForeignKey("measurement_set.id"), primary_key=True),
    Column("instance_id", ForeignKey("instance.id"), primary_key=True),
    Column("role", PlainText, primary_key=True),
    Column("frame", Integer),
    Index(None, "instance_id"),
)

# `service_deaths` and `worker_deaths` count those that ended without warning while they carried the job out, and
# `longest_s` is how long it was under way in its longest attempt.
JOB = Table(
    "job",
    METADATA,
    _id(),
    Column("set_id", ForeignKey("measurement_set.id"), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("service_deaths", Integer, nullable=False, server_default=text("0")),
    Column("worker_deaths", Integer, nullable=False, server_default=text("0")),
    Column("longest_s", Double, nullable=False, server_default=text("0")),
    _text("worker"),
    Column("lease_until", UtcDateTime),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("heartbeat_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    _text("reason"),
    UniqueConstraint("set_id", "generation"),
    Index(None, "state", "id"),
)

# All but `current` is written once. The long texts come last: SQLite reads a row only as far as it needs.
ANALYSIS = Table(
    "analysis",
    METADATA,
    _id(),
    Column("set_id", ForeignKey("measurement_set.id"), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("device_id", ForeignKey("device.id"), nullable=False),
    Column("profile_id", ForeignKey("profile.id")),
    Column("revision", Integer),
    Column("phantom", PlainText, nullable=False),
    Column("module_version", PlainText, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("measured", Boolean, nullable=False),
    Column("acquired_at", UtcDateTime, nullable=False),
    _text("acquired_source"),
    Column("inputs_sha256", String(64), nullable=False),
    Column("settings_sha256", String(64), nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    _text("operator"),
    _text("profile_title"),
    Column("acquisition", PlainText, nullable=False),
    Column("provenance", PlainText, nullable=False),
    Column("inputs", PlainText, nullable=False),
    Column("failures", PlainText, nullable=False),
    Column("notes", PlainText, nullable=False),
    Column("localisation", PlainText),
    Column("curves", PlainText, nullable=False),
    Column("overlays", PlainText, nullable=False),
    UniqueConstraint(
        *("set_id", "inputs_sha256", "phantom", "module_version", "settings_sha256", "measured"),
        name="uq_analysis_work",
    ),
    Index(
        "uq_analysis_current",
        "set_id",
        unique=True,
        sqlite_where=text("current = 1"),
        postgresql_where=text("current"),
    ),
    Index(
        "ix_analysis_superseded",
        "id",
        sqlite_where=text("current = 0"),
        postgresql_where=text("NOT current"),
    ),
    Index(
        "ix_analysis_latest",
        *("profile_id", "device_id", "acquired_at", "id", "current"),  # the last, so that SQLite looks up no row for it
        sqlite_where=text("current = 1"),
        postgresql_where=text("current"),
    ),
    Index(None, "profile_id", "acquired_at"),
    Index(None, "acquired_at"),
)

# What was said of a value: a verdict with the limits that led to it. Thousands of values share one, which `identity`,
# the hash of all the rest, keeps single. NULL limits are infinite; `limited` tells "no limits at all" from "infinite on
# every side".
RULING = Table(
    "ruling",
    METADATA,
    _id(),
    Column("identity", String(64), nullable=False, unique=True),
    Column("verdict", String(16), nullable=False),
    Column("reference", Double),
    Column("limited", Boolean, nullable=False),
    Column("warning_low", Double),
    Column("warning_high", Double),
    Column("fail_low", Double),
    Column("fail_high", Double),
    _text("source"),
    Column("verified", Boolean, nullable=False),
)

# Device, profile, revision and time are copied from the analysis, so that one index serves a trend: its first columns
# find and order the points, and the others are all that is asked of them, so that the rows need not be looked up.
# `profile_id` is empty where no profile judged: such a value belongs to no trend.
MEASUREMENT = Table(
    "measurement",
    METADATA,
    Column("analysis_id", ForeignKey("analysis.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("device_id", Integer, nullable=False),
    Column("profile_id", PlainText, nullable=False),
    Column("revision", Integer),
    Column("key", PlainText, nullable=False),
    Column("method", PlainText, nullable=False),
    Column("item", PlainText, nullable=False),
    Column("acquired_at", UtcDateTime, nullable=False),
    Column("value", Double),
    Column("unit", PlainText, nullable=False),
    Column("uncertainty", Double),
    _flag("imported"),
    _of("ruling"),
    Index(
        "ix_measurement_trend",
        *("profile_id", "key", "item", "device_id", "method", "acquired_at", "analysis_id"),
        *("value", "unit", "uncertainty", "revision", "imported", "ruling_id"),
    ),
    sqlite_with_rowid=False,
)

REVIEW = Table(
    "review",
    METADATA,
    _id(),
    Column("analysis_id", ForeignKey("analysis.id"), nullable=False, index=True),
    Column("action", String(16), nullable=False),
    Column("operator", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    _text("text"),
)

# Written once; that it is out of use is told by a row of its own.
BASELINE = Table(
    "baseline",
    METADATA,
    _id(),
    _of("device"),
    Column("profile_id", ForeignKey("profile.id"), nullable=False),
    Column("key", PlainText, nullable=False),
    _text("method"),
    _text("item"),
    Column("unit", PlainText, nullable=False),
    Column("valid_from", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("reason", PlainText, nullable=False),
    Column("operator", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("lines", PlainText, nullable=False),
    Column("checks", PlainText, nullable=False),
    Column("excluded", PlainText, nullable=False),
    Column("result_ids", PlainText, nullable=False),
    Index("ix_baseline_trend", "profile_id", "key", "item", "device_id", "method", "valid_from"),
)

BASELINE_RELEASE = Table(
    "baseline_release",
    METADATA,
    Column("baseline_id", ForeignKey("baseline.id"), primary_key=True),
    Column("operator", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", PlainText, nullable=False),
)

# `keyword` is the DICOM attribute that changed, empty for what a person entered. `border` can change, and where images
# came late `at` and `before` of a change that was found in headers.
SERVICE_EVENT = Table(
    "service_event",
    METADATA,
    _id(),
    _of("device"),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", PlainText, nullable=False),
    _text("text"),
    Column("operator", PlainText, nullable=False),
    _text("keyword"),
    _text("before"),
    _text("after"),
    _flag("border"),
    Index(None, "device_id", "at"),
)

# `points` are the results that the rule speaks of, `since` is when the earliest of them was acquired.
SIGNAL = Table(
    "signal",
    METADATA,
    _id(),
    Column("analysis_id", ForeignKey("analysis.id"), nullable=False),
    Column("rule", String(16), nullable=False),
    Column("key", PlainText, nullable=False),
    Column("value", Double),
    Column("lines", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("points", PlainText, nullable=False, server_default="[]"),
    Column("since", UtcDateTime),
    Index("uq_signal_analysis_id_rule_key", "analysis_id", "rule", "key", unique=True),
)

ACKNOWLEDGEMENT = Table(
    "acknowledgement",
    METADATA,
    Column("signal_id", ForeignKey("signal.id"), primary_key=True),
    Column("operator", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", PlainText, nullable=False),
)

# Each row carries the hash of the one before; `previous` is unique, so the chain cannot fork.
AUDIT = Table(
    "audit",
    METADATA,
    _id(),
    Column("at", UtcDateTime, nullable=False),
    Column("operator", PlainText, nullable=False),
    Column("action", PlainText, nullable=False),
    Column("subject", PlainText, nullable=False),
    Column("detail", PlainText, nullable=False),
    Column("previous", String(64), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False),
)
