"""The file of a case as pages: looked at, printed, written out."""

from desktop.pages.dossier.page import DossierPage

__all__ = ["DossierPage"]
