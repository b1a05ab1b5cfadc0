# SPDX-License-Identifier: LGPL-3.0-or-later
"""The tables of reports: which were made, who signed them, when they are due, and who is to be told."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from optimage.store.columns import PlainText, UtcDateTime
from optimage.store.schema import METADATA


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, PlainText, nullable=False, server_default="")


def _listed(name: str) -> Column[str]:
    return Column(name, PlainText, nullable=False, server_default="[]")


# `analysis_id` is the one result that is reported on, NULL where there are several or a period is. `behind` is the hash
# of everything that stood behind the report when it was made; empty where nobody kept it.
REPORT = Table(
    "report",
    METADATA,
    _id(),
    Column("analysis_id", ForeignKey("analysis.id"), index=True),
    Column("kind", PlainText, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("file_name", PlainText, nullable=False),
    Column("operator", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    _text("template"),
    Column("form", String(16), nullable=False, server_default="pdf"),
    _text("language"),
    Column("selection", PlainText, nullable=False, server_default="{}"),
    _listed("result_ids"),
    Column("begin_at", UtcDateTime),
    Column("end_at", UtcDateTime),
    _text("behind"),
)

# Written once. `subject` is `result` or `report`, `subject_id` its number there.
SIGNATURE = Table(
    "signature",
    METADATA,
    _id(),
    Column("subject", String(16), nullable=False),
    Column("subject_id", Integer, nullable=False),
    Column("name", PlainText, nullable=False),
    Column("operator", PlainText, nullable=False),
    Column("reason", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("behind", String(64), nullable=False),
    Index(None, "subject", "subject_id"),
)

# A removed one stays for its runs and gives its name free. What was due before `since` is not made up.
REPORT_SCHEDULE = Table(
    "report_schedule",
    METADATA,
    _id(),
    Column("name", PlainText, nullable=False),
    Column("template", PlainText, nullable=False),
    Column("selection", PlainText, nullable=False),
    Column("every", String(16), nullable=False),
    Column("anchor", Date, nullable=False),
    Column("time_of_day", String(5), nullable=False),
    Column("zone", PlainText, nullable=False),
    Column("forms", PlainText, nullable=False),
    _text("language"),
    Column("recipients", PlainText, nullable=False),
    Column("only_when", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("operator", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(
        "uq_report_schedule_name",
        "name",
        unique=True,
        sqlite_where=text("state != 'removed'"),
        postgresql_where=text("state <> 'removed'"),
    ),
)

# One row for each due moment that is carried out; `unique` is what keeps two services from carrying out the same.
REPORT_RUN = Table(
    "report_run",
    METADATA,
    _id(),
    Column("schedule_id", ForeignKey("report_schedule.id"), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("begin_at", UtcDateTime, nullable=False),
    Column("end_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    _text("worker"),
    Column("lease_until", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("next_try", UtcDateTime),
    _text("code"),
    _text("error"),
    _listed("report_ids"),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    UniqueConstraint("schedule_id", "due_at"),
)

# What is to be told to whom, once: the outbox.
NOTICE = Table(
    "notice",
    METADATA,
    _id(),
    Column("about", PlainText, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("recipient", PlainText, nullable=False),
    Column("subject", PlainText, nullable=False),
    Column("text", PlainText, nullable=False),
    Column("payload", PlainText, nullable=False, server_default="{}"),
    _listed("report_ids"),
    Column("state", String(16), nullable=False),
    _text("worker"),
    Column("lease_until", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_try", UtcDateTime),
    _text("code"),
    _text("error"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    UniqueConstraint("about", "channel", "recipient"),
    Index(None, "state", "id"),
)
