"""The community's computers, for whoever looks after them."""

from desktop.pages.devices.page import DevicesPage

__all__ = ["DevicesPage"]
