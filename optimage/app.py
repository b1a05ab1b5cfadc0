# SPDX-License-Identifier: LGPL-3.0-or-later
"""The composition root: settings in, everything wired together out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from optimage.model.events import Event, ResultStored
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
    app.bus.subscribe(Publisher(app.store, app.modules, **folders))
    app.bus.subscribe(partial(_tell_plugins, app))
    if app.settings.purge_after_days:
        app.bus.subscribe(Purger(app.store, after_days=app.settings.purge_after_days, operator=app.settings.operator))
    return app


def _tell_plugins(app: App, event: Event) -> None:
    if isinstance(event, ResultStored):
        app.registry.result_stored(event.result)
