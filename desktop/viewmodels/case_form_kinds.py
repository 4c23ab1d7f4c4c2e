"""Which form a route asks for."""

from collections.abc import Callable, Mapping
from typing import Final

from desktop.services.workplace import Workplace
from desktop.viewmodels.case_form import CaseForm
from desktop.viewmodels.case_forms_agreement import AgreementCaseForm, SignForm
from desktop.viewmodels.case_forms_opening import OpeningCaseForm, PartyForm
from desktop.viewmodels.case_forms_people import ExpertForm
from desktop.viewmodels.case_forms_steps import StepCaseForm
from desktop.viewmodels.case_forms_writing import ScanForm, TalkCaseForm

_NAMED: Final[Mapping[str, Callable[[Workplace, str, str], CaseForm]]] = {
    "opening": OpeningCaseForm,
    "party": PartyForm,
    "talk": TalkCaseForm,
    "step": StepCaseForm,
}
_PLAIN: Final[Mapping[str, Callable[[Workplace, str], CaseForm]]] = {
    "agreement": AgreementCaseForm,
    "sign": SignForm,
    "scan": ScanForm,
    "expert": ExpertForm,
}


def form_for(place: Workplace, record_id: str, detail: str) -> CaseForm:
    """The form by its name, such as ``step:declined`` or ``talk:<the one it corrects>``; a new
    case where none is named."""
    kind, _colon, what = detail.partition(":")
    if kind in _PLAIN:
        return _PLAIN[kind](place, record_id)
    return _NAMED.get(kind, OpeningCaseForm)(place, record_id, what)
