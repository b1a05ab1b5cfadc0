# SPDX-License-Identifier: LGPL-3.0-or-later
"""`python -m optimage` is the command `optimage`."""

from optimage.cli.main import main

if __name__ == "__main__":
    main()
