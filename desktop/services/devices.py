"""The community's computers, for whoever looks after them: asked of the server, kept nowhere here.

Each of these waits for the network, so none runs on the Qt thread.
"""

from desktop.services.syncing import Syncing
from sync.wire.device_messages import DeviceAct, DeviceReply, DevicesReply, DeviceTold
from sync.wire.office_client import OfficeClient

__all__ = ["DeviceAct", "DeviceReply", "DeviceTold", "Devices", "DevicesReply"]


class Devices:
    """Asks the server in the name of this profile's user."""

    def __init__(self, syncing: Syncing) -> None:
        self._syncing = syncing

    def listed(self) -> DevicesReply:
        """Every computer, those in trouble first. Raises NetworkError, NotPermitted."""
        return OfficeClient(self._syncing.reach()).devices()

    def act(self, act: DeviceAct, device: str) -> DeviceReply:
        """Do something about one. Raises what the server refuses it with."""
        return OfficeClient(self._syncing.reach()).device_act(act, device)
