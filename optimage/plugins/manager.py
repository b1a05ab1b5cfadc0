# SPDX-License-Identifier: LGPL-3.0-or-later
"""Plugins are loaded one by one, so that a broken one is listed with its error and stops nothing."""

import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import pluggy

from optimage.document.block import ReportBlock
from optimage.errors import OptimageError, PluginError, UsageError
from optimage.messages import N_, Message
from optimage.model.outcome import Result
from optimage.model.phantom import PhantomModule
from optimage.plugins import hookspecs
from optimage.plugins.blocks import check_block
from optimage.plugins.cards import check_module
from optimage.plugins.hookspecs import PROJECT

GROUP = "optimage"
DISABLED = "OPTIMAGE_DISABLED_PLUGINS"  # names separated by commas
Offer = TypeVar("Offer", PhantomModule, ReportBlock)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PluginStatus:
    """One entry point: what it offers, or why it does not; a disabled one is not even imported."""

    name: str
    distribution: str
    version: str
    modules: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    error: Message | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Plugins:
    """Everything the installed plugins offer."""

    modules: Mapping[str, PhantomModule]
    blocks: Mapping[str, ReportBlock]
    plugins: tuple[PluginStatus, ...]
    profile_folders: tuple[Path, ...]
    manager: pluggy.PluginManager

    def module(self, phantom: str) -> PhantomModule:
        """Return a phantom module.

        Raises
        ------
        UsageError
            `unknown_phantom`, with the known ones and the nearest.
        """
        if phantom in self.modules:
            return self.modules[phantom]
        near = get_close_matches(phantom, self.modules, n=1)
        raise UsageError(
            "unknown_phantom",
            N_("there is no phantom module {phantom}; known: {known}"),
            advice=N_("did you mean {near}?") if near else "",
            phantom=phantom,
            known=", ".join(sorted(self.modules)) or "-",
            near=near[0] if near else "",
        )

    def result_stored(self, result: Result) -> None:
        """Tell every plugin of a stored result; what goes wrong there is logged, never fatal."""
        for implementation in self.manager.hook.optimage_result_stored.get_hookimpls():
            try:
                _call(implementation, result=result)
            except Exception:
                log.exception("plugin %s failed on a stored result", implementation.plugin_name)


@dataclass(frozen=True, slots=True)
class _Loaded:
    status: PluginStatus
    modules: tuple[PhantomModule, ...] = ()
    blocks: tuple[ReportBlock, ...] = ()
    profile_folders: tuple[Path, ...] = ()


def load_plugins() -> Plugins:
    """Load every installed plugin that is not disabled; never raises for a broken one.

    Of several modules with one id the product's own stays, else the one
    whose entry point has that name, else the first by name; the others are
    refused with an error that names both plugins.
    """
    manager, disabled = _empty_manager(), _disabled()
    loaded = [_passed_over(entry) if entry.name in disabled else _load(manager, entry) for entry in _entries()]
    for name in sorted(disabled - {one.status.name for one in loaded}):
        log.warning("%s names the plugin %s, which is not installed", DISABLED, name)
    refused: dict[tuple[str, str], PluginStatus] = {}
    modules = _without_doubles([(module.info.id, one, module) for one in loaded for module in one.modules], refused)
    blocks = _without_doubles([(block.kind, one, block) for one in loaded for block in one.blocks], refused)
    return Plugins(
        modules=modules,
        blocks=blocks,
        plugins=tuple(refused.get(_key(one.status), one.status) for one in loaded),
        profile_folders=tuple(folder for one in loaded for folder in one.profile_folders),
        manager=manager,
    )


def _without_doubles(
    claims: list[tuple[str, _Loaded, Offer]], refused: dict[tuple[str, str], PluginStatus]
) -> Mapping[str, Offer]:
    """Return what is offered by name, once; notes in `refused` the state of plugins whose offer comes too late."""
    kept: dict[str, Offer] = {}
    owners: dict[str, PluginStatus] = {}
    for name, one, offer in sorted(claims, key=lambda claim: _precedence(claim[0], claim[1].status)):
        if name in kept:
            key = _key(one.status)
            refused[key] = _refused(refused.get(key, one.status), name, owners[name])
            continue
        kept[name] = offer
        owners[name] = one.status
    return MappingProxyType(dict(sorted(kept.items())))


@cache
def load_blocks() -> Mapping[str, ReportBlock]:
    """Return the report blocks of all plugins, by kind."""
    return load_plugins().blocks


@cache
def load_module(phantom: str) -> PhantomModule:
    """Return one module, loading only the plugin whose entry point has its name where there is one.

    Raises
    ------
    UsageError
        `unknown_phantom`.
    PluginError
        `plugin_broken` or `plugin_disabled`; the plugin of that name cannot
        be loaded or shall not.
    """
    named = next((entry for entry in _entries() if entry.name == phantom), None)
    if named is None:
        return load_plugins().module(phantom)
    loaded = _passed_over(named) if phantom in _disabled() else _load(_empty_manager(), named)
    found = next((module for module in loaded.modules if module.info.id == phantom), None)
    if found is not None:
        return found
    if loaded.status.error is not None:
        raise _broken_plugin(phantom, loaded.status.error)
    everything = load_plugins()
    if loaded.status.disabled and phantom not in everything.modules:
        raise _disabled_plugin(loaded.status.name)
    return everything.module(phantom)


def _broken_plugin(phantom: str, reason: Message) -> PluginError:
    template = N_("the phantom module {phantom} is not available: {reason}")
    return PluginError("plugin_broken", template, phantom=phantom, reason=str(reason))


def _disabled_plugin(name: str) -> PluginError:
    return PluginError(
        "plugin_disabled",
        N_("the plugin {name} is disabled"),
        advice=N_("take its name out of {variable}"),
        name=name,
        variable=DISABLED,
    )


def _entries() -> list[EntryPoint]:
    """Return all entry points of the group, those of the product first."""
    return sorted(
        entry_points(group=GROUP), key=lambda entry: (_origin(entry)[0] != PROJECT, *_origin(entry), entry.name)
    )


def _origin(entry: EntryPoint) -> tuple[str, str]:
    return (entry.dist.name, entry.dist.version) if entry.dist else ("", "")


def _disabled() -> frozenset[str]:
    return frozenset(name.strip() for name in os.environ.get(DISABLED, "").split(",")) - {""}


def _passed_over(entry: EntryPoint) -> _Loaded:
    return _Loaded(PluginStatus(entry.name, *_origin(entry), disabled=True))


def _empty_manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def _load(manager: pluggy.PluginManager, entry: EntryPoint) -> _Loaded:
    distribution, version = _origin(entry)
    status = PluginStatus(entry.name, distribution, version)
    plugin = None
    try:
        plugin = entry.load()
        manager.register(plugin, name=f"{distribution}:{entry.name}")
        manager.check_pending()
        modules = tuple(_offers(manager, plugin, "optimage_register_phantoms"))
        folders = tuple(Path(folder) for folder in _offers(manager, plugin, "optimage_profile_folders"))
        blocks = tuple(_offers(manager, plugin, "optimage_report_blocks"))
        ids = tuple(check_module(module).id for module in modules)
        kinds = tuple(map(check_block, blocks))
    except OptimageError as error:
        return _broken(manager, plugin, replace(status, error=error.message))
    except (Exception, SystemExit) as error:
        log.info("plugin %s of %s cannot be loaded", entry.name, distribution, exc_info=True)
        text = f"{type(error).__name__}: {error}"
        message = Message(N_("plugin {name} cannot be loaded: {error}"), {"name": entry.name, "error": text})
        return _broken(manager, plugin, replace(status, error=message))
    return _Loaded(replace(status, modules=ids, blocks=kinds), modules, blocks, folders)


def _broken(manager: pluggy.PluginManager, plugin: object | None, status: PluginStatus) -> _Loaded:
    if plugin is not None and manager.is_registered(plugin):
        manager.unregister(plugin)
    return _Loaded(status)


def _offers(manager: pluggy.PluginManager, plugin: object, hook: str) -> Iterator[Any]:
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        if implementation.plugin is plugin:
            yield from _call(implementation)


def _call(implementation: pluggy.HookImpl, **arguments: object) -> Any:
    return implementation.function(*(arguments[name] for name in implementation.argnames))


def _key(status: PluginStatus) -> tuple[str, str]:
    return status.distribution, status.name


def _precedence(offered: str, status: PluginStatus) -> tuple[bool, bool, str, str]:
    return status.distribution != PROJECT, status.name != offered.partition(".")[0], status.distribution, status.name


def _refused(status: PluginStatus, offered: str, owner: PluginStatus) -> PluginStatus:
    template = (
        N_("plugin {name} of {distribution}: plugin {owner} of {other} offers the phantom module {phantom} already")
        if offered in status.modules
        else N_("plugin {name} of {distribution}: plugin {owner} of {other} offers the report block {phantom} already")
    )
    values = {
        "name": status.name,
        "distribution": status.distribution,
        "phantom": offered,
        "owner": owner.name,
        "other": owner.distribution,
    }
    return replace(
        status,
        modules=tuple(one for one in status.modules if one != offered),
        blocks=tuple(one for one in status.blocks if one != offered),
        error=Message(template, values),
    )
