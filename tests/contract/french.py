# SPDX-License-Identifier: LGPL-3.0-or-later
"""French typography, so that nobody has to type it: no line breaks before a colon or inside quotation marks."""

import re

BEFORE = re.compile(r" (?=[:;?!%»](?:[\s).,;»…]|$))")  # not before %d of a date, nor inside "10 %" as one types it
AFTER = re.compile(r"(?<=«) ")
NO_BREAK = "\u00a0"


def kept_together(text: str) -> str:
    """Return `text` with no-break spaces where French wants them."""
    return AFTER.sub(NO_BREAK, BEFORE.sub(NO_BREAK, text))
