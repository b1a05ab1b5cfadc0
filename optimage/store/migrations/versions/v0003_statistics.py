# SPDX-License-Identifier: LGPL-3.0-or-later
"""Schema 0003: frozen baselines, service events found in headers, acknowledged signals, imported values."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TREND = ("profile_id", "key", "item", "device_id", "method", "acquired_at", "analysis_id")
ASKED = ("position", "value", "unit", "uncertainty", "revision", "imported")


def upgrade() -> None:
    """Change what is there; nothing was ever stored in the baselines of before."""
    _measurements()
    _baselines()
    _events()
    _signals()


def _measurements() -> None:
    op.add_column("measurement", _flag("imported"))
    op.drop_index("ix_measurement_trend", "measurement")
    op.create_index("ix_measurement_trend", "measurement", [*TREND, *ASKED])
    op.create_index(
        "ix_analysis_latest",
        "analysis",
        ["profile_id", "device_id", "acquired_at", "id", "current"],
        sqlite_where=sa.text("current = 1"),
        postgresql_where=sa.text("current"),
    )


def _baselines() -> None:
    op.drop_table("baseline")
    op.create_table(
        "baseline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), server_default="", nullable=False),
        sa.Column("item", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("excluded", sa.Text(), nullable=False),
        sa.Column("result_ids", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_baseline_device_id_device")),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_baseline_profile_id_profile")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
    )
    op.create_index("ix_baseline_trend", "baseline", [*TREND[:5], "valid_from"])
    _said_of("baseline_release", "baseline")


def _events() -> None:
    for name in ("keyword", "before", "after"):
        op.add_column("service_event", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("service_event", _flag("border"))


def _signals() -> None:
    op.add_column("signal", sa.Column("points", sa.Text(), server_default="[]", nullable=False))
    op.add_column("signal", sa.Column("since", sa.DateTime()))
    # Every rule of before looked at one point alone.
    acquired = "(SELECT acquired_at FROM analysis WHERE analysis.id = signal.analysis_id)"
    op.execute(f"UPDATE signal SET points = '[' || analysis_id || ']', since = {acquired}")  # noqa: S608 - no input
    op.drop_index("ix_signal_analysis_id", "signal")
    op.create_index("uq_signal_analysis_id_rule_key", "signal", ["analysis_id", "rule", "key"], unique=True)
    _said_of("acknowledgement", "signal")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)


def _said_of(table: str, of: str) -> None:
    op.create_table(
        table,
        sa.Column(f"{of}_id", sa.Integer(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint([f"{of}_id"], [f"{of}.id"], name=op.f(f"fk_{table}_{of}_id_{of}")),
        sa.PrimaryKeyConstraint(f"{of}_id", name=op.f(f"pk_{table}")),
    )
