# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a person decides stands in the record with the reason."""

from optimage.errors import UsageError
from optimage.messages import N_


def require_reason(reason: str) -> None:
    """Raise UsageError `reason_missing` for a text that says nothing."""
    if not reason.strip():
        raise UsageError(
            "reason_missing",
            N_("the reason is missing"),
            advice=N_("say in a few words why; it stays in the record"),
        )
