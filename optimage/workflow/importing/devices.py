# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which device a row of older results means."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.outcome import DeviceIdentity
from optimage.model.profile import ProfileRevision
from optimage.store.engine import Store
from optimage.store.entered import devices_of
from optimage.workflow.enter import device_named

if TYPE_CHECKING:
    from optimage.profile_files.mapping_tables import IdentityTable, MappingTable


class Devices:
    """Finds devices by what a file calls them: as the mapping describes them, else by name among the known ones."""

    def __init__(self, store: Store, revision: ProfileRevision, mapping: "MappingTable") -> None:
        self._revision, self._mapping = revision, mapping
        self._of_profile = devices_of(store.database, revision.profile.id)
        self._all = tuple(device.identity for device in store.devices.list())
        self._found: dict[str, DeviceIdentity] = {}

    def named(self, text: str) -> DeviceIdentity:
        """Return the device that a file calls `text`, or that of all rows where it is empty.

        Raises
        ------
        UsageError
            `several_devices`, or `unknown_device` where nothing names one.
        """
        if text not in self._found:
            self._found[text] = self._named(text)
        return self._found[text]

    def is_new(self, device: DeviceIdentity) -> bool:
        """Whether no result of this device is stored."""
        return device not in self._all

    def _named(self, text: str) -> DeviceIdentity:
        described = self._described(text)
        if described is not None and (described.serial or described.station or described.model):
            return described
        name = described.name if described else text
        if not name:
            return device_named(self._of_profile, "", self._revision)
        fitting = _called(self._of_profile, name) or _called(self._all, name)
        if len(fitting) > 1:
            raise UsageError(
                "several_devices",
                N_("several devices are called {name}: {known}"),
                advice=N_("give manufacturer, model and serial in the mapping"),
                name=name,
                known="; ".join(f"{device.title} {device.serial}" for device in fitting),
            )
        return fitting[0] if fitting else DeviceIdentity(name=name)

    def _described(self, text: str) -> DeviceIdentity | None:
        if text:
            return _identity(self._mapping.devices[text], text) if text in self._mapping.devices else None
        return _identity(self._mapping.device, "")


def _called(devices: Sequence[DeviceIdentity], name: str) -> list[DeviceIdentity]:
    return [device for device in devices if name in (device.title, device.name, device.serial, device.station)]


def _identity(table: "IdentityTable", name: str) -> DeviceIdentity:
    fields: Mapping[str, str] = table.model_dump(include=set(DeviceIdentity.__dataclass_fields__))
    return DeviceIdentity(**{**fields, "name": fields["name"] or name})
