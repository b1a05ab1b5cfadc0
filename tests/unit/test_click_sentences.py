# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sentences of click that the catalogues hold are still click's."""

import os
import subprocess
import sys
from pathlib import Path

import click

from optimage.cli.click_sentences import SENTENCES


def test_every_sentence_stands_in_clicks_own_sources() -> None:
    sources = "".join(path.read_text() for path in Path(click.__file__).parent.glob("*.py"))
    assert [sentence for sentence in SENTENCES if f'"{sentence}"' not in sources] == []


def test_help_is_german_from_its_first_word_to_its_last() -> None:
    environment = {**os.environ, "OPTIMAGE_LANGUAGE": "de"}
    command = [sys.executable, "-m", "optimage", "send", "--help"]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert shown.startswith("Aufruf:")
    assert "Show this message" not in shown
