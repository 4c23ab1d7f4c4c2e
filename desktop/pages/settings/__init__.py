"""Settings: what holds on this computer, changed at once."""

from desktop.pages.settings.page import SettingsPage

__all__ = ["SettingsPage"]
