# SPDX-License-Identifier: LGPL-3.0-or-later
"""A document that cannot be written costs neither image nor result, and is written later."""

import csv

from tests.integration.service.conftest import Write, eventually, stored
from tests.integration.site import Site


def test_documents_owed_are_written_at_the_next_start(site: Site, write: Write) -> None:
    for name in ("reports", "exports"):
        (site.home / name).write_text("no folder")
    with site.service():
        site.send(write("first"))
        (result,) = stored(site, 1)
        assert result.measurements
        site.send(write("second"))
        assert len(stored(site, 2)) == 2
        eventually(lambda: site.log.read_text().count("a listener failed on") >= 3)
    for name in ("reports", "exports"):
        (site.home / name).unlink()
    pdf, table = site.home / "reports" / "result-000001.pdf", site.home / "exports" / "stand_in.csv"
    with site.service():
        eventually(lambda: pdf.exists() and pdf.with_name("result-000002.pdf").exists() and table.exists())
    with table.open(newline="") as rows:
        assert len({row["result_id"] for row in csv.DictReader(rows)}) == 2
    before = pdf.stat().st_mtime_ns
    with site.service():
        site.send(write("third"))
        eventually(lambda: pdf.with_name("result-000003.pdf").exists())
    assert pdf.stat().st_mtime_ns == before, "what is written is owed no more"


def test_the_table_is_whole_when_the_service_has_stopped(site: Site, write: Write) -> None:
    with site.service():
        site.send(*(write(f"set {n}") for n in range(4)))
        assert len(stored(site, 4)) == 4
    with (site.home / "exports" / "stand_in.csv").open(newline="") as rows:
        assert len({row["result_id"] for row in csv.DictReader(rows)}) == 4
