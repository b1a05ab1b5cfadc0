# SPDX-License-Identifier: LGPL-3.0-or-later
"""Run by alembic inside the transaction that `optimage.store.upgrade` has opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
