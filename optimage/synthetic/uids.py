# SPDX-License-Identifier: LGPL-3.0-or-later
"""Unique identifiers of digital phantoms: the same text gives the same UID for ever."""

from uuid import NAMESPACE_OID, uuid5


def synthetic_uid(text: str) -> str:
    """Return the UID `2.25.<number>` that belongs to `text` (PS3.5 B.2, number from a version 5 UUID)."""
    return f"2.25.{uuid5(NAMESPACE_OID, f'optimage.synthetic/{text}').int}"
