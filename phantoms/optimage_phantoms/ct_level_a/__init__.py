# SPDX-License-Identifier: LGPL-3.0-or-later
"""CT level A, the water phantom: the entry point names this package, pluggy finds its hook here."""

from optimage_phantoms.ct_level_a.module import CtLevelA, optimage_register_phantoms

__all__ = ["CtLevelA", "optimage_register_phantoms"]
