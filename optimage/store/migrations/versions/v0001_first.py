# SPDX-License-Identifier: LGPL-3.0-or-later
"""Schema 0001: the first one."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create all tables. There is no way back but the backup that was made before."""
    _create_audit()
    _create_instance()
    _create_profile()
    _create_site()
    _create_device()
    _create_measurement_set()
    _create_profile_revision()
    _create_schedule()
    _create_analysis()
    _create_baseline()
    _create_job()
    _create_measurement_input()
    _create_service_event()
    _create_measurement()
    _create_report()
    _create_review()
    _create_signal()
    _create_judgement()


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_previous")),
    )


def _create_instance() -> None:
    op.create_table(
        "instance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sop_instance_uid", sa.String(length=64), nullable=False),
        sa.Column("sop_class_uid", sa.String(length=64), nullable=False),
        sa.Column("transfer_syntax_uid", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("calling_ae", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("association", sa.Text(), server_default="", nullable=False),
        sa.Column("operator", sa.Text(), server_default="", nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
        sa.UniqueConstraint("sop_instance_uid", "sha256", name=op.f("uq_instance_sop_instance_uid_sha256")),
    )
    op.create_index(op.f("ix_instance_sha256"), "instance", ["sha256"])
    op.create_index(op.f("ix_instance_state_id"), "instance", ["state", "id"])


def _create_profile() -> None:
    op.create_table(
        "profile",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
    )


def _create_site() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("name", name=op.f("uq_site_name")),
    )


def _create_device() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer()),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("manufacturer", sa.Text(), server_default="", nullable=False),
        sa.Column("model", sa.Text(), server_default="", nullable=False),
        sa.Column("serial", sa.Text(), server_default="", nullable=False),
        sa.Column("station", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_device_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("identity", name=op.f("uq_device_identity")),
    )


def _create_measurement_set() -> None:
    op.create_table(
        "measurement_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("profile_id", sa.Text()),
        sa.Column("revision", sa.Integer()),
        sa.Column("phantom", sa.Text(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("parameters_key", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("last_arrival_at", sa.DateTime(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_measurement_set_profile_id_profile")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement_set")),
        sa.UniqueConstraint("identity", name=op.f("uq_measurement_set_identity")),
    )
    op.create_index(op.f("ix_measurement_set_state"), "measurement_set", ["state"])


def _create_profile_revision() -> None:
    op.create_table(
        "profile_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("applied_at", sa.DateTime(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_profile_revision_profile_id_profile")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_revision")),
        sa.UniqueConstraint("profile_id", "revision", name=op.f("uq_profile_revision_profile_id_revision")),
    )


def _create_schedule() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("interval", sa.Text(), nullable=False),
        sa.Column("last_done_at", sa.DateTime()),
        sa.Column("next_due_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_schedule_profile_id_profile")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("profile_id", name=op.f("uq_schedule_profile_id")),
    )


def _create_analysis() -> None:
    op.create_table(
        "analysis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Text()),
        sa.Column("revision", sa.Integer()),
        sa.Column("phantom", sa.Text(), nullable=False),
        sa.Column("module_version", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("measured", sa.Boolean(), nullable=False),
        sa.Column("acquired_at", sa.DateTime(), nullable=False),
        sa.Column("acquired_source", sa.Text(), server_default="", nullable=False),
        sa.Column("inputs_sha256", sa.String(length=64), nullable=False),
        sa.Column("settings_sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.Column("operator", sa.Text(), server_default="", nullable=False),
        sa.Column("profile_title", sa.Text(), server_default="", nullable=False),
        sa.Column("acquisition", sa.Text(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("failures", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("localisation", sa.Text()),
        sa.Column("curves", sa.Text(), nullable=False),
        sa.Column("overlays", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_analysis_device_id_device")),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_analysis_profile_id_profile")),
        sa.ForeignKeyConstraint(["set_id"], ["measurement_set.id"], name=op.f("fk_analysis_set_id_measurement_set")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis")),
        sa.UniqueConstraint(
            "set_id",
            "inputs_sha256",
            "phantom",
            "module_version",
            "settings_sha256",
            "measured",
            name="uq_analysis_work",
        ),
    )
    op.create_index(op.f("ix_analysis_acquired_at"), "analysis", ["acquired_at"])
    op.create_index(op.f("ix_analysis_profile_id_acquired_at"), "analysis", ["profile_id", "acquired_at"])
    op.create_index(
        "ix_analysis_superseded",
        "analysis",
        ["id"],
        sqlite_where=sa.text("current = 0"),
        postgresql_where=sa.text("NOT current"),
    )
    op.create_index(
        "uq_analysis_current",
        "analysis",
        ["set_id"],
        unique=True,
        sqlite_where=sa.text("current = 1"),
        postgresql_where=sa.text("current"),
    )


def _create_baseline() -> None:
    op.create_table(
        "baseline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), server_default="", nullable=False),
        sa.Column("item", sa.Text(), server_default="", nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_baseline_device_id_device")),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_baseline_profile_id_profile")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
    )
    op.create_index(
        op.f("ix_baseline_device_id_profile_id_key_valid_from"),
        "baseline",
        ["device_id", "profile_id", "key", "valid_from"],
    )


def _create_job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_until", sa.DateTime()),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime()),
        sa.Column("finished_at", sa.DateTime()),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["measurement_set.id"], name=op.f("fk_job_set_id_measurement_set")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("set_id", "generation", name=op.f("uq_job_set_id_generation")),
    )
    op.create_index(op.f("ix_job_state_id"), "job", ["state", "id"])


def _create_measurement_input() -> None:
    op.create_table(
        "measurement_input",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("frame", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_measurement_input_instance_id_instance")
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["measurement_set.id"], name=op.f("fk_measurement_input_set_id_measurement_set")
        ),
        sa.PrimaryKeyConstraint("set_id", "instance_id", "role", name=op.f("pk_measurement_input")),
    )
    op.create_index(op.f("ix_measurement_input_instance_id"), "measurement_input", ["instance_id"])


def _create_service_event() -> None:
    op.create_table(
        "service_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_service_event_device_id_device")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_event")),
    )
    op.create_index(op.f("ix_service_event_device_id_at"), "service_event", ["device_id", "at"])


def _create_measurement() -> None:
    op.create_table(
        "measurement",
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer()),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("acquired_at", sa.DateTime(), nullable=False),
        sa.Column("value", sa.Double()),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("uncertainty", sa.Double()),
        sa.ForeignKeyConstraint(["analysis_id"], ["analysis.id"], name=op.f("fk_measurement_analysis_id_analysis")),
        sa.PrimaryKeyConstraint("analysis_id", "position", name=op.f("pk_measurement")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_measurement_trend",
        "measurement",
        ["profile_id", "key", "item", "device_id", "method", "acquired_at", "analysis_id"],
    )


def _create_report() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["analysis_id"], ["analysis.id"], name=op.f("fk_report_analysis_id_analysis")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_analysis_id"), "report", ["analysis_id"])


def _create_review() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["analysis_id"], ["analysis.id"], name=op.f("fk_review_analysis_id_analysis")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_analysis_id"), "review", ["analysis_id"])


def _create_signal() -> None:
    op.create_table(
        "signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Double()),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["analysis_id"], ["analysis.id"], name=op.f("fk_signal_analysis_id_analysis")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
    )
    op.create_index(op.f("ix_signal_analysis_id"), "signal", ["analysis_id"])


def _create_judgement() -> None:
    op.create_table(
        "judgement",
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.Double()),
        sa.Column("limited", sa.Boolean(), nullable=False),
        sa.Column("warning_low", sa.Double()),
        sa.Column("warning_high", sa.Double()),
        sa.Column("fail_low", sa.Double()),
        sa.Column("fail_high", sa.Double()),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["analysis_id", "position"],
            ["measurement.analysis_id", "measurement.position"],
            name=op.f("fk_judgement_analysis_id_position_measurement"),
        ),
        sa.PrimaryKeyConstraint("analysis_id", "position", name=op.f("pk_judgement")),
        sqlite_with_rowid=False,
    )
