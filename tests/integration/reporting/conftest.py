# SPDX-License-Identifier: LGPL-3.0-or-later
"""The made-up site of the documentation, and questions to it."""

from collections.abc import Iterator
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from optimage.document.block import Need
from optimage.document.period import Period, PeriodContext, Selection
from optimage.plugins.manager import load_plugins
from optimage.store.engine import Store
from optimage.workflow.reporting.gather import gather
from optimage.workflow.reporting.sources import Ask

report_site = pytest.importorskip("report_site", reason="the documentation is not beside these tests")
BERLIN = ZoneInfo("Europe/Berlin")
YEAR = Period(datetime(2025, 1, 1, tzinfo=BERLIN), datetime(2026, 1, 1, tzinfo=BERLIN), BERLIN)
MODULES = MappingProxyType(load_plugins().modules)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a year and a half of measurements; tests only read it."""
    with report_site.build(tmp_path_factory.mktemp("site")) as store:
        yield store


def asked(store: Store, selection: Selection | None = None, period: Period = YEAR, **more: object) -> PeriodContext:
    """Return everything of what was chosen."""
    ask = Ask(selection or Selection(), period, report_site.NOW, **more)
    return gather(store, MODULES, ask, tuple(Need))
