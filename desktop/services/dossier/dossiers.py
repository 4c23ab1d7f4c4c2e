"""The papers of the cases on this computer: what there is, what is lacking, what is printed."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from desktop.services.case_file import CASE, CaseFile
from desktop.services.case_reading import whole_case
from desktop.services.dossier.binding import Leaf, loose, papers_of
from desktop.services.dossier.blocks import Paper
from desktop.services.dossier.oral import ORAL, oral_on_paper
from desktop.services.dossier.reading import on_paper
from desktop.services.oral_versions import ORAL_MEDIATION, Oral, oral_of
from desktop.services.photos import Photo, Photos
from desktop.services.privacy import Reveals
from sync.errors import NotFound
from sync.rules.dossier import PaperLine, checklist
from sync.rules.masking import mask_phone
from sync.rules.paper_case import PaperCase, Scan
from sync.schema.reveal import EXPORTED, PRINTED
from sync.store.reading import Reading
from sync.store.store import Store


def staff_name(reading: Reading, staff_id: str) -> str:
    """A colleague's name; empty where it is not on this computer, for a hand to write it."""
    found = reading.find("staff", staff_id) if staff_id else None
    return str(found.get("name") or "") if found else ""


def paper_case_of(store: Store, file: CaseFile) -> PaperCase:
    """A case as its papers need it."""
    user = store.account.user
    me = {user.staff_id: user.name}

    @cache  # Hundreds of talks are written by the same few people.
    def name_of(staff_id: str) -> str:
        return me.get(staff_id) or staff_name(store.reading, staff_id)

    return on_paper(file, name_of, user.community_name)


class Dossiers:
    """The papers of one profile's cases."""

    def __init__(self, store: Store, photos: Photos, reveals: Reveals) -> None:
        self._store = store
        self._photos = photos
        self._reveals = reveals

    def case(self, case_id: str) -> PaperCase:
        """A whole case for its papers, or an oral mediation that never became one.

        Raises :class:`NotFound` or MediationTakenBack.
        """
        oral = self._oral(case_id)
        if oral is None:
            return paper_case_of(self._store, whole_case(self._store.reading, case_id))
        user = self._store.account.user
        staff_id = str(oral.root.get("staff_id") or "")
        mine = staff_id == user.staff_id
        mediator = user.name if mine else staff_name(self._store.reading, staff_id)
        return oral_on_paper(self._store.reading, oral, mediator, user.community_name)

    def _oral(self, row_id: str) -> Oral | None:
        """The oral mediation that a row belongs to; ``None`` for a case."""
        if self._store.reading.find(ORAL_MEDIATION, row_id) is None:
            return None
        return oral_of(self._store.reading, row_id)

    def lines(self, case_id: str) -> tuple[PaperLine, ...]:
        """The list of papers: what is there, what is missing, who has still to sign."""
        return checklist(self.case(case_id))

    def lines_in(self, file: CaseFile) -> tuple[PaperLine, ...]:
        """The same of a case that was read already."""
        return checklist(paper_case_of(self._store, file))

    def loose(self, case_id: str) -> tuple[Leaf, ...]:
        """Every paper by itself, to be bound by hand."""
        file = self.case(case_id)
        return loose(file, [line.paper for line in checklist(file) if line.required])

    def papers(self, case_id: str, key: str) -> tuple[Paper, ...]:
        """The documents of one kind of paper."""
        return tuple(papers_of(self.case(case_id), key))

    def shown(self, file: CaseFile, key: str) -> tuple[Paper, ...]:
        """The same of a case that was read already, as they stand on a screen that nobody asked
        to tell numbers: the phones are masked. What is printed has them in full."""
        made = paper_case_of(self._store, file)
        masked = (replace(one, phone=mask_phone(one.phone)) for one in made.parties)
        return tuple(papers_of(replace(made, parties=tuple(masked)), key))

    def read_scan(self, scan: Scan) -> bytes:
        """The bytes of a scan, from here or from the server.

        Raises AttachmentDamaged, a NetworkError, or NotFound.
        """
        row = self._store.reading.find("attachment", scan.id)
        if row is None:
            raise NotFound(what=scan.id)
        return self._photos.content(row)

    def attach_signed(self, oral_id: str, scan: Photo) -> str:
        """Bind in the registration of an oral mediation as it was signed on paper; its id.

        Raises :class:`NotFound`, MediationTakenBack or DiskFull.
        """
        self.case(oral_id)
        oral = self._oral(oral_id)
        home_id = str(oral.root.get("household_id")) if oral else ""
        home = self._store.reading.find("household", home_id)
        if oral is None or home is None:
            raise NotFound(what=oral_id)
        return self._photos.attach_scan(home, oral.root.id, scan, ORAL)

    def note_print(self, case_id: str, key: str = "", *, export: bool = False) -> None:
        """Write down that papers of a case left the screen; ``key`` is one of them, or all."""
        about = f"{EXPORTED if export else PRINTED} {key}".strip()
        type_ = ORAL_MEDIATION if self._oral(case_id) else CASE
        self._reveals.record([(type_, case_id, about)])

    def write_word(self, path: Path, case_id: str, key: str = "") -> None:
        """Write one kind of paper, or all, as a file for Word. Raises OSError."""
        # Loaded when somebody wants the file: starting the app does not wait for it.
        from desktop.services.dossier.word import write_word

        wanted = (leaf for leaf in self.loose(case_id) if key in ("", leaf.key))
        write_word(path, [paper for leaf in wanted for paper in leaf.papers])
