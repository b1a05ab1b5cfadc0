# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a selection means: profiles, a device, a site, each of them known."""

from collections.abc import Mapping
from dataclasses import dataclass

from optimage.document.period import Selection
from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.profile import Profile
from optimage.model.records import Device
from optimage.store.engine import Store


@dataclass(frozen=True, slots=True)
class Chosen:
    """A selection, held against what the store knows.

    Attributes
    ----------
    selection : Selection
        As it was given.
    profiles : mapping of str to Profile
        The latest revisions that may have a part in it, by id.
    devices : mapping of int to Device
        All devices, by their number.
    device : Device or None
        The one that was chosen.
    """

    selection: Selection
    profiles: Mapping[str, Profile]
    devices: Mapping[int, Device]
    device: Device | None = None

    @property
    def profile_ids(self) -> tuple[str, ...] | None:
        """The profiles that were chosen; None for all."""
        return tuple(self.profiles) if self.selection.profiles else None

    @property
    def device_ids(self) -> tuple[int, ...] | None:
        """The devices that were chosen; None for all."""
        return None if self.device is None else (self.device.id,)

    def takes(self, profile_id: str, device_id: int) -> bool:
        """Tell whether what a profile measures on a device was chosen."""
        if self.device is not None and device_id != self.device.id:
            return False
        if self.selection.profiles and profile_id not in self.profiles:
            return False
        return self.selection.site in ("", self.site(profile_id, device_id))

    def site(self, profile_id: str, device_id: int | None) -> str:
        """Return where a profile is measured: as it says itself, else where the device stands."""
        profile = self.profiles.get(profile_id)
        device = self.devices.get(device_id) if device_id is not None else None
        return (profile.site if profile else "") or (device.site if device else "")


def choose(store: Store, selection: Selection) -> Chosen:
    """Return what was chosen.

    Raises
    ------
    UsageError
        `unknown_profile`, `unknown_device`, `several_devices`, `unknown_site`.
    """
    current = {revision.profile.id: revision.profile for revision in store.profiles.current()}
    if selection.profiles:
        current = {profile_id: store.profiles.get(profile_id).profile for profile_id in selection.profiles}
    devices = {device.id: device for device in store.devices.list()}
    device = store.devices.find(selection.device) if selection.device else None
    _require_site(selection.site, current, devices)
    return Chosen(selection, current, devices, device)


def _require_site(site: str, profiles: Mapping[str, Profile], devices: Mapping[int, Device]) -> None:
    known = {profile.site for profile in profiles.values()} | {device.site for device in devices.values()}
    if site and site not in known:
        raise UsageError(
            "unknown_site",
            N_("nothing is known of a site {site}; known: {known}"),
            site=site,
            known="; ".join(sorted(known - {""})) or "–",
        )
