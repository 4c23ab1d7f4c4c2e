"""Reports that leave the computer: figures and ledgers of a period, written into files."""

from desktop.pages.reports.page import ReportsPage

__all__ = ["ReportsPage"]
