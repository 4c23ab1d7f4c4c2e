"""How mediation goes, in figures that open their cases."""

from desktop.pages.mediation_figures.page import MediationFiguresPage

__all__ = ["MediationFiguresPage"]
