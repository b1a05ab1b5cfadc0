# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the images of one measurement set have in common."""

import json

from optimage.matching.conditions import shown
from optimage.model.images import Header
from optimage.model.profile import InputRule


def group_key(header: Header, rule: InputRule) -> str:
    """Return what images of one measurement set have in common, as readable JSON.

    Absent and empty attributes give null: images without them belong together.
    """
    shared = {keyword: shown(header.get(keyword)) or None for keyword in rule.same}
    return json.dumps(shared, sort_keys=True, ensure_ascii=False)
