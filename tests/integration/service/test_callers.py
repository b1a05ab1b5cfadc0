# SPDX-License-Identifier: LGPL-3.0-or-later
"""Who may send, and what the log says of those who may not."""

import subprocess
from pathlib import Path

import pytest

from tests.integration.dicom.wire import ABORT, ACCEPT, REJECT, Peer
from tests.integration.service.conftest import eventually
from tests.integration.site import OPTIMAGE, Site

CALLERS = """\
callers = [
    { ae_title = "CT1", address = "127.0.0.1" },
    { ae_title = "CT2", address = "192.0.2.7" },
]
host = "127.0.0.1"
"""


def answer(site: Site, *, called: bytes = b"TESTSITE", calling: bytes = b"CT1") -> tuple[int, bytes]:
    """Return kind and reason (result, source, diagnostic) of the answer to a request for an association."""
    with Peer(site.port) as peer:
        reply = peer.associate(called=called, calling=calling)
    assert reply is not None
    return reply[0], reply[1][1:4] if reply[0] == REJECT else b""


def test_only_listed_callers_with_our_title_are_let_in_and_others_are_logged_in_one_line(tmp_path: Path) -> None:
    site = Site(tmp_path / "home")
    site.home.mkdir()
    (site.home / "optimage.toml").write_text(CALLERS)
    with site.service():
        assert answer(site)[0] == ACCEPT
        assert answer(site, calling=b"CT2") == (REJECT, b"\1\1\3")
        assert answer(site, calling=b"{0}%s%(x)d'") == (REJECT, b"\1\1\3")
        assert answer(site, called=b"{0}%s%n") == (REJECT, b"\1\1\7")
        assert answer(site, calling=b"\x1b[2J\r\nERROR")[0] == ABORT, "no AE title at all"
        eventually(lambda: len(site.log.read_text().splitlines()) >= 3)
    lines = site.log.read_text().splitlines()
    assert len(lines) == 3, "one line each, whatever the titles hold"
    assert all(" WARNING optimage.dicom.scp: rejected " in line and line.isprintable() for line in lines)
    assert "which calls" in lines[2]
    assert "we are 'TESTSITE'" in lines[2]


@pytest.mark.parametrize("how", ["file", "option"])
def test_listening_to_everybody_is_refused_where_no_callers_are_listed(tmp_path: Path, how: str) -> None:
    site = Site(tmp_path / "home")
    site.home.mkdir()
    if how == "file":
        (site.home / "optimage.toml").write_text('host = "0.0.0.0"\n')
    option = ["--host", "0.0.0.0"] if how == "option" else []
    command = [*OPTIMAGE, "serve", "--port", "0", *option]
    done = subprocess.run(command, env=site.environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4
    assert "no callers are listed" in done.stderr
    assert "Traceback" not in done.stderr
    assert "listening" not in done.stdout
