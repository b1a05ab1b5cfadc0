# SPDX-License-Identifier: LGPL-3.0-or-later
"""The version of the program, in one place."""

VERSION = "0.1.0"
