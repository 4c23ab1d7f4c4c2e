"""The picture of a building: who was seen, who needs care, what is open, door by door."""

from desktop.pages.building.page import BuildingPage

__all__ = ["BuildingPage"]
