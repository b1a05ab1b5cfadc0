# SPDX-License-Identifier: LGPL-3.0-or-later
"""Make the small database that stands for the present schema: `python -m tests.integration.store.released.make`.

Run once when a schema is released; the file is never made anew afterwards.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from optimage.model.control import Signal
from optimage.store.engine import open_store
from optimage.store.schema import SCHEMA_VERSION
from tests.integration.store.contract import stored
from tests.integration.store.reporting import report_by_itself
from tests.integration.store.samples import NOON
from tests.integration.store.statistics import LINES, baseline, event

TARGET = Path(__file__).parent / f"schema-{SCHEMA_VERSION}.db"

if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=0) as store:
            kept = stored(store, 4.25)
            store.reviews.add(kept.id, "accept", operator="me", text="as expected")
            store.baselines.freeze(baseline(store, kept))
            store.events.add(event(store.devices.list()[0].id, border=True))
            signal = store.signals.add(Signal("R1", "noise", 4.25, LINES, kept.id, (kept.id,), since=NOON))
            store.signals.acknowledge(signal.id or 0, operator="me", reason="seen")
            report_by_itself(store, kept.id or 0)
        with closing(sqlite3.connect(home / "optimage.db")) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA page_size = 512")
            connection.execute("VACUUM")
        (home / "optimage.db").replace(TARGET)
