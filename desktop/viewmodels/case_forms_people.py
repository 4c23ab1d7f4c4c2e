"""Somebody of the expert pool, and the rows of the pool."""

from collections.abc import Iterable, Sequence

from desktop.rows import Row, Tag, Tone
from desktop.services.case_people import Colleague, ExpertLine
from desktop.services.photos import Photo
from desktop.services.workplace import Workplace
from desktop.viewmodels.case_form import (
    CaseForm,
    FieldKind,
    FormField,
    FormPart,
    Reader,
    Saved,
    Texts,
    coded,
    joined,
)
from sync.i18n import N_, _
from sync.rules.masking import mask_phone
from sync.schema import codes


class ExpertForm(CaseForm):
    """One expert; ``record_id`` is theirs, empty for somebody new."""

    def __init__(self, place: Workplace, record_id: str = "") -> None:
        super().__init__(place, record_id)
        self._staff: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """New or known."""
        return _(N_("Expert")) if self.record_id else _(N_("One more expert"))

    @property
    def draft_key(self) -> str:
        """One draft at a time: a key with no record behind it."""
        return "case_expert"

    def begin(self) -> dict[str, str]:
        """What is known of them."""
        self._staff = tuple((one.id, one.name) for one in self.place.case_people.colleagues())
        found = next((x for x in self.place.case_people.experts() if x.id == self.record_id), None)
        if found is None:
            return {}
        return {
            "name": found.name,
            "unit": found.unit,
            "phone": found.phone,
            "fields": joined(found.fields),
            "languages": "、".join(found.languages),
            "staff_id": found.staff_id,
            "note": found.note,
        }

    def parts(self, lines: int) -> Sequence[FormPart]:
        """Who, in what, in which tongue."""
        fields = coded(codes.EXPERT_FIELD)
        return (
            FormPart(
                self.title,
                (
                    FormField("name", _(N_("Name"))),
                    FormField("unit", _(N_("Where they work"))),
                    FormField("fields", _(N_("Fields")), FieldKind.MANY, choices=fields),
                    FormField("languages", _(N_("Languages")), hint=_(N_("names with 、 between"))),
                    FormField("phone", _(N_("Phone"))),
                    FormField(
                        "staff_id", _(N_("Works here as")), FieldKind.ONE, choices=self._staff
                    ),
                    FormField("note", _(N_("Note")), FieldKind.NOTE),
                ),
            ),
        )

    def save(self, texts: Texts, files: Sequence[Photo]) -> Saved:
        """Add or change them."""
        reader = Reader(texts, self.place.day())
        expert = ExpertLine(
            self.record_id,
            reader.text("name"),
            reader.text("unit"),
            reader.text("phone"),
            reader.several("fields"),
            tuple(reader.text("languages").replace("，", "、").split("、")),
            reader.text("staff_id"),
            reader.text("note"),
        )
        people = self.place.case_people
        if self.record_id:
            people.edit_expert(expert)
        else:
            people.add_expert(expert)
        return Saved(_(N_("Saved in the expert pool.")), stays=False)


def expert_rows(experts: Iterable[ExpertLine], invited: frozenset[str], *, case: bool) -> list[Row]:
    """The pool; those who work here can be invited to a case."""
    return [_row(one, invited, case=case) for one in experts]


def colleague_rows(
    people: Iterable[Colleague], mediators: frozenset[str], invited: frozenset[str]
) -> list[Row]:
    """Everybody who works here, with what they are in this case."""
    return [_colleague(one, mediators, invited) for one in people]


def _row(expert: ExpertLine, invited: frozenset[str], *, case: bool) -> Row:
    fields = tuple(Tag(_(codes.EXPERT_FIELD[key]), Tone.PRIMARY) for key in expert.fields[:2])
    told = (expert.unit, "、".join(expert.languages), mask_phone(expert.phone))
    is_in = expert.staff_id in invited if expert.staff_id else False
    return Row(
        key=f"expert:{expert.id}",
        title=expert.name,
        tags=fields,
        detail=" · ".join(part for part in told if part),
        badge=Tag(_(N_("invited")), Tone.OK) if is_in else None,
        icon="user",
        icon_tone=Tone.PRIMARY,
        action=_action(is_in) if case and expert.staff_id else _(N_("Open")),
        action_key="⏎",
    )


def _colleague(one: Colleague, mediators: frozenset[str], invited: frozenset[str]) -> Row:
    badge = None
    if one.id in mediators:
        badge = Tag(_(N_("mediator")), Tone.OK)
    elif one.id in invited:
        badge = Tag(_(N_("invited")), Tone.PRIMARY)
    return Row(
        key=f"staff:{one.id}",
        title=one.name,
        detail=_(N_("mediates")) if one.mediates else "",
        badge=badge,
        icon="users",
        icon_tone=Tone.NEUTRAL,
        action=_action(badge is not None),
        action_key="⏎",
    )


def _action(is_in: bool) -> str:
    return _(N_("Take out")) if is_in else _(N_("Invite"))
