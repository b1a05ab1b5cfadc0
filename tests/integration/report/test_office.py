# SPDX-License-Identifier: LGPL-3.0-or-later
"""RTF and HTML open in LibreOffice, where it is installed: it converts them, and the text is found in what it makes."""

import shutil
import subprocess
from dataclasses import replace

import pytest
from pypdf import PdfReader

from optimage.document.parts import Look, Table
from optimage.report.formats import write_document
from optimage.report.measurement import create_document
from tests.integration.report.everything import EVIL, document, refilled, squeezed

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed: nothing else opens RTF here"),
    pytest.mark.timeout(300),
]


def converted(folder, *files):
    """Return the PDF that LibreOffice makes of each file."""
    profile = f"-env:UserInstallation=file://{folder}/profile"  # its own, so that an open LibreOffice is left alone
    command = [SOFFICE, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return [PdfReader(file.with_suffix(".pdf")) for file in files]


@pytest.mark.parametrize("form", ["rtf", "html"])
def test_the_report_opens_and_says_every_value(context, form, tmp_path):
    made = create_document(context)
    file, evil = tmp_path / f"report.{form}", tmp_path / f"evil.{form}"
    file.write_bytes(write_document(replace(made, look=Look(header="St Anna")), form))
    hostile = refilled(document(), lambda old: f"{old} {EVIL['groups']} {EVIL['markup']}")
    evil.write_bytes(write_document(hostile, form))
    report, shown = converted(tmp_path, file, evil)
    text = squeezed(" ".join(page.extract_text() for page in report.pages))
    numbers = [cell.text for part in made.parts if isinstance(part, Table) for row in part.rows for cell in row[1:]]
    assert len([number for number in numbers if number]) > 50
    assert [number for number in numbers if squeezed(number) not in text] == []
    assert len(report.pages) >= 2
    literally = squeezed(f"a sentence {EVIL['groups']} {EVIL['markup']}")
    assert literally in squeezed(" ".join(page.extract_text() for page in shown.pages))
