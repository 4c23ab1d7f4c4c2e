"""Mediation: the list of cases, one case, and the forms that write into it."""

from desktop.pages.mediation.case_page import CasePage
from desktop.pages.mediation.form_page import CaseFormPage
from desktop.pages.mediation.list_page import MediationPage
from desktop.pages.mediation.people_page import CasePeoplePage

__all__ = ["CaseFormPage", "CasePage", "CasePeoplePage", "MediationPage"]
