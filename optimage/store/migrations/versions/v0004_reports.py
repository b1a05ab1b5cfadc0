# SPDX-License-Identifier: LGPL-3.0-or-later
"""Schema 0004: reports on periods, signatures, schedules of reports with their runs, notices."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Change what is there; nothing was ever stored in the schedules of before."""
    op.drop_table("schedule")
    _reports()
    _signatures()
    _schedules()
    _runs()
    _notices()


def _reports() -> None:
    with op.batch_alter_table("report") as table:
        table.alter_column("analysis_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(_text("template"))
        table.add_column(sa.Column("form", sa.String(length=16), server_default="pdf", nullable=False))
        table.add_column(_text("language"))
        table.add_column(sa.Column("selection", sa.Text(), server_default="{}", nullable=False))
        table.add_column(_listed("result_ids"))
        table.add_column(sa.Column("begin_at", sa.DateTime()))
        table.add_column(sa.Column("end_at", sa.DateTime()))
        table.add_column(_text("behind"))
    # Every report of before was a PDF on one result.
    op.execute("UPDATE report SET template = 'measurement', result_ids = '[' || analysis_id || ']'")


def _signatures() -> None:
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("behind", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    op.create_index(op.f("ix_signature_subject_subject_id"), "signature", ["subject", "subject_id"])


def _schedules() -> None:
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("every", sa.String(length=16), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("time_of_day", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("forms", sa.Text(), nullable=False),
        _text("language"),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("only_when", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedule")),
    )
    op.create_index(
        "uq_report_schedule_name",
        "report_schedule",
        ["name"],
        unique=True,
        sqlite_where=sa.text("state != 'removed'"),
        postgresql_where=sa.text("state <> 'removed'"),
    )


def _runs() -> None:
    op.create_table(
        "report_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("begin_at", sa.DateTime(), nullable=False),
        sa.Column("end_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        _text("worker"),
        sa.Column("lease_until", sa.DateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime()),
        _text("code"),
        _text("error"),
        _listed("report_ids"),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime()),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["report_schedule.id"], name=op.f("fk_report_run_schedule_id_report_schedule")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_run")),
        sa.UniqueConstraint("schedule_id", "due_at", name=op.f("uq_report_run_schedule_id_due_at")),
    )
    op.create_index(op.f("ix_report_run_state"), "report_run", ["state"])


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), server_default="{}", nullable=False),
        _listed("report_ids"),
        sa.Column("state", sa.String(length=16), nullable=False),
        _text("worker"),
        sa.Column("lease_until", sa.DateTime()),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_try", sa.DateTime()),
        _text("code"),
        _text("error"),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("about", "channel", "recipient", name=op.f("uq_notice_about_channel_recipient")),
    )
    op.create_index(op.f("ix_notice_state_id"), "notice", ["state", "id"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _listed(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="[]", nullable=False)
