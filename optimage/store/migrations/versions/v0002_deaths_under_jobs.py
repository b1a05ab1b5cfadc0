# SPDX-License-Identifier: LGPL-3.0-or-later
"""Schema 0002: a job knows how many services and workers died under it, and how long it was under way."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns, 0 for the jobs that are there."""
    for name, kind in (("service_deaths", sa.Integer()), ("worker_deaths", sa.Integer()), ("longest_s", sa.Double())):
        op.add_column("job", sa.Column(name, kind, nullable=False, server_default=sa.text("0")))
