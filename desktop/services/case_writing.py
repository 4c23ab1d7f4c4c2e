"""Writing into a case: talks, the agreement, scans, steps. What stands there is never changed.

A correction is a new entry that names what it corrects; whatever is signed is locked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from desktop.services.case_file import CASE, SUPPLEMENT, Agreement, CaseFile, Talk
from desktop.services.case_forms import (
    AgreementForm,
    CaseRefused,
    Flaw,
    StepForm,
    TalkForm,
    agreement_flaws,
    refuse,
    signing_flaws,
    step_flaws,
    talk_flaws,
)
from desktop.services.case_order import OF_AGREEMENT, acceptance_flaws, order_flaws
from desktop.services.case_reading import whole_case
from desktop.services.case_rules import (
    AgreementLocked,
    ScanNeeded,
    agreement_draft_key,
    talk_draft_key,
)
from desktop.services.case_stages import MOVES, stage_flaws, steps_from
from desktop.services.dossier.dossiers import paper_case_of
from desktop.services.photos import Photo
from sync.errors import NotFound
from sync.i18n import N_
from sync.identity import Clock, local_day, stamp
from sync.rules.dossier import may_archive
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.store.attachments import Sealed
from sync.store.records import Edit, append, create, patch
from sync.store.store import Store


class CaseWriting:
    """What is written into the cases on this computer."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def case(self, case_id: str) -> CaseFile:
        """One whole case. Raises :class:`NotFound`."""
        return whole_case(self._store.reading, case_id)

    @property
    def me(self) -> str:
        """Who works here: a staff id."""
        return self._store.account.user.staff_id

    # --- Talks ------------------------------------------------------------------------------------

    def talk(self, case_id: str, form: TalkForm, scans: Sequence[Photo] = ()) -> str:
        """Write a talk down, with photos and scans; its id. It stays as it is, for everybody.

        One of no kind is another talk: a mediation is a paper of the file, and somebody says so.

        A talk after the case was closed is kept, too. Raises :class:`CaseRefused`.
        """
        return self._write_talk(case_id, form, scans, {}, talk_draft_key(case_id))

    def correct_talk(
        self, case_id: str, talk: Talk, form: TalkForm, reason: str, scans: Sequence[Photo] = ()
    ) -> str:
        """Write a talk anew, naming the one that it corrects. Raises :class:`CaseRefused`."""
        if not reason.strip():
            raise CaseRefused([Flaw("reason", N_("Say why it is corrected."))])
        told = {"corrects": talk.id, "reason": reason.strip()}
        form = replace(form, kind=form.kind or talk.kind)
        return self._write_talk(case_id, form, scans, told, "")

    def _write_talk(
        self,
        case_id: str,
        form: TalkForm,
        scans: Sequence[Photo],
        more: Mapping[str, str],
        ends_draft: str,
    ) -> str:
        now = stamp(self._clock.now())
        refuse(talk_flaws(form, now))
        talk_id = self._store.minter.new_id()
        body = {
            "case_id": case_id,
            "kind": form.kind or "other",
            "held_at": form.held_at or now,
            "place": form.place.strip() or None,
            "present": sorted({name.strip() for name in form.present if name.strip()}),
            "said": [
                {"who": one.who.strip(), "words": one.words.strip()}
                for one in form.said
                if one.words.strip()
            ],
            "text": form.text.strip() or None,
            "result": form.result.strip() or None,
            "staff_id": self.me,
            **more,
        }
        scope = scope_name(ScopeKind.CASE, case_id)
        attached = [self._scan(case_id, talk_id, "", one) for one in scans]
        self._store.records.write(
            [
                append("case_talk", body, scope_id=scope, row_id=talk_id),
                *(edit for edit, _sealed in attached),
            ],
            ends_draft=ends_draft,
            and_drafts=[one.draft for one in scans],
            contents=[sealed for _edit, sealed in attached],
        )
        return talk_id

    # --- The agreement ----------------------------------------------------------------------------

    def write_agreement(self, case_id: str, form: AgreementForm, reason: str = "") -> str:
        """A new version of what is agreed, or of a supplement once it is signed; its id.

        An oral one is final at once. Raises :class:`CaseRefused` or :class:`AgreementLocked`.
        """
        file = self.case(case_id)
        refuse(agreement_flaws(form, self._today()))
        refuse(acceptance_flaws(file, form.terms, form.agreed_on, "agreed_on"))
        if file.signed is not None and form.kind != SUPPLEMENT:
            raise AgreementLocked
        if file.signed is None and form.kind == SUPPLEMENT:
            raise CaseRefused([Flaw("kind", N_("A supplement needs a signed agreement."))])
        body = self._entry(case_id) | form.body() | {"written_at": stamp(self._clock.now())}
        before = _draft_of(file, form.kind)
        if before is not None:
            body |= {"corrects": before.id, "reason": reason.strip() or None}
        edit = append("case_agreement", body, scope_id=file.scope_id)
        written = self._store.records.write([edit], ends_draft=agreement_draft_key(case_id))
        return written.row_ids[0]

    def sign(self, case_id: str, agreement_id: str, signed_on: str, scans: Sequence[Photo]) -> str:
        """Lock a version with the scan of its signed pages; the id of the locked version.

        Raises :class:`ScanNeeded`, :class:`CaseRefused`, :class:`AgreementLocked`, NotFound.
        """
        file = self.case(case_id)
        found = next((one for one in file.agreements if one.id == agreement_id), None)
        if found is None:
            raise NotFound(what=agreement_id)
        if found.is_locked or (found.kind != SUPPLEMENT and file.signed is not None):
            raise AgreementLocked
        if not scans:
            raise ScanNeeded
        refuse(signing_flaws(found.terms, signed_on, self._today()))
        refuse(acceptance_flaws(file, found.terms, signed_on, "signed_on"))
        form = AgreementForm(
            found.kind, found.facts, found.points, found.terms, found.copies, signed_on
        )
        signed_id = self._store.minter.new_id()
        body = self._entry(case_id) | form.body()
        body |= {"written_at": stamp(self._clock.now()), "corrects": found.id}
        attached = [self._scan(case_id, signed_id, "agreement", one) for one in scans]
        self._store.records.write(
            [
                append("case_agreement", body, scope_id=file.scope_id, row_id=signed_id),
                *(edit for edit, _sealed in attached),
            ],
            and_drafts=[one.draft for one in scans],
            contents=[sealed for _edit, sealed in attached],
        )
        return signed_id

    # --- Scans ------------------------------------------------------------------------------------

    def attach(self, case_id: str, scan: Photo, *, paper: str = "", about_id: str = "") -> str:
        """A photo or scan that was made ready (``desktop.pictures``); its id. Raises DiskFull."""
        edit, sealed = self._scan(case_id, about_id, paper, scan)
        self._store.records.write([edit], and_drafts=[scan.draft], contents=[sealed])
        return sealed.id

    def _scan(self, case_id: str, about_id: str, paper: str, scan: Photo) -> tuple[Edit, Sealed]:
        row_id = self._store.minter.new_id()
        scope = scope_name(ScopeKind.CASE, case_id)
        sealed = self._store.attachments.seal(row_id, scope, scan.content, scan.thumb or None)
        fields = {
            "case_id": case_id,
            "about_id": about_id or case_id,
            "paper": paper or None,
            "staff_id": self.me,
            "added_at": stamp(self._clock.now()),
            "media": scan.media,
            "size": sealed.size,
            "sha256": sealed.sha256,
            "caption": scan.caption or None,
        }
        told = {name: value for name, value in fields.items() if value is not None}
        return create("attachment", told, scope_id=scope, row_id=row_id), sealed

    # --- Steps and stages -------------------------------------------------------------------------

    def step(self, case_id: str, form: StepForm) -> str:
        """Something was done: kept with its date, and the case goes on where that leads it.

        Raises :class:`CaseRefused`.
        """
        file, today = self.case(case_id), self._today()
        refuse((*step_flaws(form, today), *order_flaws(file, form)))
        edits = [append("case_step", self._step_body(case_id, form), scope_id=file.scope_id)]
        stage = self._led_to(file, form)
        if stage:
            edits.append(patch(CASE, case_id, {"stage": stage}))
        return self._store.records.write(edits).row_ids[0]

    def _led_to(self, file: CaseFile, form: StepForm) -> str:
        """The stage that a step moves the case to; empty where it stays. Raises CaseRefused."""
        stage = MOVES.get(form.kind, "")
        if not stage or stage == file.stage or (stage == "follow_up" and not form.done):
            return ""
        if stage not in steps_from(file) and form.kind in OF_AGREEMENT:
            return ""
        if stage != "failed":
            self._check(file, stage)
        elif "failed" not in steps_from(file):
            raise CaseRefused([Flaw("stage", N_("The case does not go there from this stage."))])
        return stage

    def move(self, case_id: str, stage: str) -> None:
        """The next stage. Raises :class:`CaseRefused` with what is missing."""
        self._check(self.case(case_id), stage)
        self._store.records.write([patch(CASE, case_id, {"stage": stage})])

    def archive(self, case_id: str) -> None:
        """Close the file. Raises :class:`CaseRefused` or DossierIncomplete with what is missing."""
        self.step(case_id, StepForm("archived", self._today().isoformat()))

    def _check(self, file: CaseFile, stage: str) -> None:
        refuse(stage_flaws(file, stage, self._today()))
        if stage == "archived":
            may_archive(paper_case_of(self._store, file))

    def _step_body(self, case_id: str, form: StepForm) -> dict[str, Any]:
        told = self._entry(case_id) | {
            "kind": form.kind,
            "done_on": form.done_on,
            "until": form.until or None,
            "agreed_by": sorted(form.agreed_by),
            "text": form.text.strip() or None,
            "satisfaction": form.satisfaction,
            "done": form.done,
        }
        return {name: value for name, value in told.items() if value is not None}

    def _entry(self, case_id: str) -> dict[str, Any]:
        return {"case_id": case_id, "staff_id": self.me}

    def _today(self) -> date:
        return local_day(self._clock.now())


def _draft_of(file: CaseFile, kind: str) -> Agreement | None:
    """The unsigned version that a new one follows."""
    if kind == SUPPLEMENT:
        return next((one for one in reversed(file.supplements) if not one.is_locked), None)
    return file.agreement
