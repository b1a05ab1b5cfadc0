# SPDX-License-Identifier: LGPL-3.0-or-later
from tests.integration.store.contract import StoreContract


class TestSqlite(StoreContract):
    """The contract on a real file."""
