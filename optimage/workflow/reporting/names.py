# SPDX-License-Identifier: LGPL-3.0-or-later
"""What people call devices, profiles and measurements."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from optimage.document.words import NOTHING
from optimage.i18n import _
from optimage.model.phantom import PhantomModule
from optimage.model.profile import Profile
from optimage.model.records import Device
from optimage.workflow.reporting.chosen import Chosen


@dataclass(frozen=True, slots=True)
class Names:
    """Names in the reader's language; a device that is called like another one is told with its number."""

    devices: Mapping[int, str]
    profiles: Mapping[str, Profile]
    modules: Mapping[str, PhantomModule]

    def device(self, device_id: int) -> str:
        """Return what a device is called."""
        return self.devices[device_id]

    def profile(self, profile_id: str, given: str = "") -> str:
        """Return what a profile is called, `given` where it is not known any more; a dash for none."""
        profile = self.profiles.get(profile_id)
        return (profile.title if profile else given) or profile_id or NOTHING

    def measurement(self, profile_id: str, key: str) -> str:
        """Return what a measurement is called by its module's card or its profile, else its key."""
        profile = self.profiles.get(profile_id)
        if profile is None:
            return key
        module = self.modules.get(profile.phantom)
        spec = module.info.measure(key) if module else None
        if spec:
            return _(spec.title)
        return next((rule.title for rule in profile.readings if rule.key == key and rule.title), key)

    def unit(self, profile_id: str, key: str) -> str:
        """Return the unit of a measurement; empty where neither the module's card nor the profile names one."""
        profile = self.profiles.get(profile_id)
        module = self.modules.get(profile.phantom) if profile else None
        spec = module.info.measure(key) if module else None
        if profile is None or spec:
            return str(spec.unit) if spec else ""
        rules = (*((rule.key, rule.unit) for rule in profile.readings), *((r.keyword, r.unit) for r in profile.record))
        return next((unit for name, unit in rules if name == key), "")


def names_of(chosen: Chosen, modules: Mapping[str, PhantomModule]) -> Names:
    """Return the names of everything that was chosen."""
    return Names(_device_names(chosen.devices), chosen.profiles, modules)


def _device_names(devices: Mapping[int, Device]) -> Mapping[int, str]:
    count = Counter(device.identity.title for device in devices.values())
    return {number: _told(device, count[device.identity.title]) for number, device in devices.items()}


def _told(device: Device, alike: int) -> str:
    title = device.identity.title
    if not title:
        return _("device {number}").format(number=device.id)
    return title if alike == 1 else _("{title} (device {number})").format(title=title, number=device.id)
