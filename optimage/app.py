# SPDX-License-Identifier: LGPL-3.0-or-later
"""The composition root: settings in, everything wired together out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial

from optimage.model.events import Event, ResultStored
from optimage.model.outcome import Result
from optimage.model.phantom import PhantomModule
from optimage.plugins.manager import Plugins, load_plugins
from optimage.settings import Settings
from optimage.store.engine import Store, open_store
from optimage.workflow.bus import Bus


@dataclass(frozen=True)
class App:
    """What the commands and the service work with."""

    settings: Settings
    store: Store
    bus: Bus

    @cached_property
    def registry(self) -> Plugins:
        """All plugins, loaded when first asked for."""
        return load_plugins()

    @property
    def modules(self) -> Mapping[str, PhantomModule]:
        """Phantom modules by id."""
        return self.registry.modules


def open_app(settings: Settings) -> App:
    """Open the store that `settings` name; a missing database is created."""
    return App(
        settings, open_store(settings.database, spool=settings.spool, reserve_bytes=settings.minimum_free_bytes), Bus()
    )


def with_publisher(app: App) -> App:
    """Let every stored result be followed by its report and export, and told to the plugins; purge if it is set."""
    from optimage.workflow.publish import Publisher
    from optimage.workflow.purge import Purger

    settings = app.settings
    folders = {"reports": settings.reports, "exports": settings.exports, "templates": settings.templates}
    app.bus.subscribe(Publisher(app.store, app.modules, **folders, tell=partial(_tell_people, app)))
    app.bus.subscribe(partial(_tell_plugins, app))
    if app.settings.purge_after_days:
        app.bus.subscribe(Purger(app.store, after_days=app.settings.purge_after_days, operator=app.settings.operator))
    return app


def _tell_people(app: App, result: Result) -> None:
    """Queue what people are to be told of a result that fails or stands out."""
    from optimage.workflow.notices.alarms import tell_alarms

    tell_alarms(app.store, app.modules, app.settings.recipients, result, datetime.now(UTC))


def _tell_plugins(app: App, event: Event) -> None:
    if isinstance(event, ResultStored):
        app.registry.result_stored(event.result)
