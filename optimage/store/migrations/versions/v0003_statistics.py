# SPDX-License-Identifier: LGPL-3.0-or-later
"""Schema 0003: baselines, events found in headers, acknowledged signals, imported values, each ruling kept once."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from optimage.store.codec import digest

revision = "0003"
down_revision = "0002"

TREND = ("profile_id", "key", "item", "device_id", "method", "acquired_at", "analysis_id")
ASKED = ("value", "unit", "uncertainty", "revision", "imported", "ruling_id")
SAID = ("verdict", "reference", "limited", "warning_low", "warning_high", "fail_low", "fail_high", "source", "verified")

ANY_SERVER = "coalesce(r.{0}, 'Infinity') = coalesce(j.{0}, 'Infinity')"


def upgrade() -> None:
    """Change what is there; nothing was ever stored in the baselines of before."""
    _rulings()
    _measurements()
    _baselines()
    _events()
    _signals()


def _rulings() -> None:
    ruling = op.create_table(
        "ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.Double()),
        sa.Column("limited", sa.Boolean(), nullable=False),
        sa.Column("warning_low", sa.Double()),
        sa.Column("warning_high", sa.Double()),
        sa.Column("fail_low", sa.Double()),
        sa.Column("fail_high", sa.Double()),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
        sa.UniqueConstraint("identity", name=op.f("uq_ruling_identity")),
    )
    before = sa.table("judgement", *(sa.column(name, ruling.c[name].type) for name in SAID))
    for row in op.get_bind().execute(sa.select(before).distinct()).mappings().all():
        op.execute(ruling.insert().values(identity=digest(_judgement(**row)), **row))


def _judgement(*, limited: bool, **said: Any) -> dict[str, Any]:
    """Return what the hash of a judgement is made of, as the store makes it since this schema."""
    sides = {name: said.pop(name) for name in ("warning_low", "warning_high", "fail_low", "fail_high")}
    infinite = {name: "-inf" if name.endswith("low") else "inf" for name in sides}
    limits = {name: infinite[name] if side is None else side for name, side in sides.items()}
    return said | {"limits": limits if limited else None}


def _measurements() -> None:
    op.drop_index("ix_measurement_trend", "measurement")
    op.add_column("measurement", sa.Column("ruling_id", sa.Integer()))
    # Either form finds its rows by an index or a hash, and takes NULL for the same as NULL; no limit is infinite.
    same = "r.{0} IS j.{0}" if op.get_bind().dialect.name == "sqlite" else ANY_SERVER
    of = " AND ".join(same.format(name) for name in SAID[1:] if name not in ("limited", "source", "verified"))
    exact = " AND ".join(f"r.{name} = j.{name}" for name in ("verdict", "limited", "source", "verified"))
    op.create_index("ix_ruling_while_upgrading", "ruling", ["reference", "fail_low", "fail_high", "verdict"])
    op.execute(
        "UPDATE measurement SET ruling_id = r.id FROM judgement j, ruling r"  # noqa: S608 - no input
        f" WHERE j.analysis_id = measurement.analysis_id AND j.position = measurement.position AND {exact} AND {of}"
    )
    op.drop_index("ix_ruling_while_upgrading", "ruling")
    op.drop_table("judgement")
    with op.batch_alter_table("measurement", table_kwargs={"sqlite_with_rowid": False}) as table:
        table.alter_column("ruling_id", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key(op.f("fk_measurement_ruling_id_ruling"), "ruling", ["ruling_id"], ["id"])
    op.add_column("measurement", _flag("imported"))
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
