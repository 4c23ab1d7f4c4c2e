"""An oral mediation, written down from the household where it was held."""

from desktop.pages.mediation_note.page import MediationNotePage

__all__ = ["MediationNotePage"]
