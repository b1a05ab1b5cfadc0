# SPDX-License-Identifier: LGPL-3.0-or-later
"""The template, installed once for all tests of strangers' plugins."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from optimage.api import Image
from optimage.cli.edge import run
from optimage.cli.main import cli
from optimage.plugins.manager import load_module
from tests.integration.plugins.distribution import TEMPLATE, install_template
from tests.integration.site import Site, enter

DrawRing = Callable[..., Image]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the template's `source` and what `installed` of it."""
    folder = tmp_path_factory.mktemp("template")
    install_template(folder / "source", folder / "installed")
    return folder


@pytest.fixture
def draw_ring() -> DrawRing:
    """Return the digital ring of the template's own tests."""
    path = TEMPLATE / "tests" / "digital_ring.py"
    spec = importlib.util.spec_from_file_location("digital_ring", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.draw_ring  # type: ignore[no-any-return]


@pytest.fixture
def site(tmp_path: Path, built: Path) -> Site:
    """An installation with the template, and an empty folder `plugins` for more."""
    (tmp_path / "plugins").mkdir(exist_ok=True)
    site = Site(tmp_path / "home")
    site.environment["PYTHONPATH"] = f"{tmp_path / 'plugins'}:{built / 'installed'}"
    return site


@pytest.fixture
def shell(
    tmp_path: Path, built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., str]]:
    """The same installation in this process, for tests that give many commands."""
    (tmp_path / "plugins").mkdir(exist_ok=True)
    enter(tmp_path / "home", monkeypatch)
    for folder in (built / "installed", tmp_path / "plugins"):
        monkeypatch.syspath_prepend(str(folder))
    load_module.cache_clear()

    def give(*words: object, code: int = 0) -> str:
        found = run(cli, list(map(str, words)))
        shown = capsys.readouterr()
        assert found == code, (found, shown)
        return shown.out

    yield give
    load_module.cache_clear()
    for name in [name for name in sys.modules if name == "acme_ring" or name.startswith("plugin_stranger")]:
        del sys.modules[name]
