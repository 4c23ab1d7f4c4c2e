"""The bound file on pages: what is previewed is what is printed and what the PDF holds."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter, QPalette

from desktop.dossier_pages import ScanUnreadable, bind_file, bind_paper
from desktop.printing import MARGIN_PX, PAGE, Pages
from desktop.services.dossier.binding import cover, leaves, papers_of
from sync.progress import Cancelled
from sync.rules.paper_case import Scan, Talk
from tests.support.cases import LEAK, MEETING, RARE, oral_case

pytestmark = pytest.mark.usefixtures("qapp")

WHITE = QColor("white").rgb()


def photo(width: int = 600, height: int = 800) -> bytes:
    """A picture as a scanner makes it."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("steelblue"))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG")
    return data.data()


def pdf_scan(pages: int) -> bytes:
    """A scan that is a PDF itself."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=400, height=500)
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def scanned(_scan: Scan) -> bytes:
    return photo()


def painted(bound, number: int) -> QImage:
    """One page as a picture."""
    image = QImage(round(PAGE.width()), round(PAGE.height()), QImage.Format.Format_RGB32)
    image.fill(WHITE)
    painter = QPainter(image)
    bound.paint(painter, number)
    painter.end()
    return image


def words_of(page) -> str:
    return page.extract_text().replace("\n", "").replace(" ", "")


@pytest.mark.parametrize(
    "leaf", [leaf for leaf in leaves(LEAK) if leaf.papers], ids=lambda one: one.key
)
def test_the_text_of_each_pdf_is_the_text_of_its_paper(leaf, tmp_path):
    """Searched for a word as 人民 the file is found: no character is a radical that looks alike."""
    bind_paper(leaf.papers[0]).write_pdf(tmp_path / "paper.pdf")
    told = "".join(words_of(page) for page in PdfReader(tmp_path / "paper.pdf").pages)
    for line in leaf.papers[0].text().splitlines():
        for words in line.split():
            assert words.replace("　", "") in told.replace("　", ""), words


@pytest.mark.parametrize(
    "made",
    [*papers_of(RARE, "agreement"), cover(RARE), *papers_of(oral_case(), "oral")],
    ids=lambda one: one.key,
)
def test_a_paper_has_ink_inside_its_margins_alone(made):
    image = painted(bind_paper(made), 0)
    ink = [
        (x, y)
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
        if image.pixel(x, y) != WHITE
    ]
    assert len(ink) > 500
    edge = MARGIN_PX - 4
    assert all(edge < x < PAGE.width() - edge for x, y in ink)


def test_a_paper_is_black_on_white_also_in_a_dark_window(qapp):
    """Seen as it prints: the colours of the window stay outside the page."""
    before = qapp.palette()
    dark = QPalette(before)
    dark.setColor(QPalette.ColorRole.Text, QColor("white"))
    dark.setColor(QPalette.ColorRole.WindowText, QColor("white"))
    bound = bind_paper(cover(LEAK))
    light = painted(bound, 0)
    try:
        qapp.setPalette(dark)
        assert painted(bind_paper(cover(LEAK)), 0) == light
    finally:
        qapp.setPalette(before)


def test_rare_characters_are_drawn_and_found(tmp_path):
    """Names as 𠮷 䶮 㛃 have a glyph, and their text is theirs also beyond 16 bits."""
    bound = bind_file(RARE, scanned)
    assert bound.missing == ""
    bound.write_pdf(tmp_path / "file.pdf")
    assert "𠮷䶮㛃、李建国" in words_of(PdfReader(tmp_path / "file.pdf").pages[0])


def test_a_character_that_no_face_has_is_told():
    assert Pages("<p>王\U0010fffd桂</p>").missing() == "\U0010fffd"


def test_contents_tell_where_each_paper_lies(tmp_path):
    """Pages are counted from the first paper: cover, contents and back have no number."""
    bound = bind_file(LEAK, scanned)
    bound.write_pdf(tmp_path / "file.pdf")
    pages = PdfReader(tmp_path / "file.pdf").pages
    assert len(pages) == len(bound.sheets)
    starts = dict(bound.starts)
    listed = pages[1].extract_text()
    for leaf in leaves(LEAK):
        number = starts[leaf.key] - starts["application"] + 1
        assert f"第{number}页" in words_of(pages[starts[leaf.key]])
        assert leaf.title.replace(" ", "") in words_of(pages[1])
        assert str(number) in listed
    assert "页　共" not in pages[0].extract_text()
    assert f"本卷共{len(bound.sheets) - 3}页" in words_of(pages[-1])


def test_the_preview_and_the_pdf_have_the_same_pages(tmp_path):
    """Laid out once: a page of the preview holds what the same page of the PDF holds."""
    bound = bind_paper(next(papers_of(long_case(), "mediation")))
    bound.write_pdf(tmp_path / "long.pdf")
    pages = PdfReader(tmp_path / "long.pdf").pages
    assert len(pages) == len(bound.sheets) > 2
    blank = [painted(bound, number).pixel(1, 1) for number in range(len(pages))]
    assert blank == [WHITE] * len(pages)
    assert "第1页" in words_of(pages[0])


def long_case():
    """A talk of several pages."""
    said = tuple(("王桂兰", f"第{number}句话，说了很久很久。" * 4) for number in range(60))
    return replace(LEAK, talks=(replace(MEETING, said=said),))


@pytest.mark.parametrize("lines", range(9, 18))
def test_signatures_never_stand_on_a_page_alone(lines, tmp_path):
    """Wherever the text ends, the last words before the lines to sign go with them."""
    talk = Talk(
        "t", "mediation", text="\n".join(f"第{n}行" for n in range(lines)), result="谈妥了。"
    )
    bound = bind_paper(next(papers_of(replace(LEAK, talks=(talk,)), "mediation")))
    bound.write_pdf(tmp_path / "paper.pdf")
    last = words_of(PdfReader(tmp_path / "paper.pdf").pages[-1])
    assert "以上记录已经阅读" in last
    assert "记录人（签名）" in last
    assert "申请人（签名" in last


@pytest.mark.parametrize("key", ["rights", "agreement"])
def test_what_is_signed_fits_on_one_sheet(key):
    """The parties sign below what they agreed to, not on another page."""
    assert len(bind_paper(next(papers_of(LEAK, key))).sheets) == 1


def test_scans_are_bound_in_behind_their_paper(tmp_path):
    """Pictures fill a page of ours; the pages of a PDF are laid in as they are."""
    scans = (Scan("a", "agreement", "image/jpeg"), Scan("b", "agreement", "application/pdf"))
    contents_of = {"a": photo(4000, 3000), "b": pdf_scan(2)}
    file = replace(LEAK, scans=scans)
    bound = bind_file(file, lambda scan: contents_of[scan.id])
    bound.write_pdf(tmp_path / "file.pdf")
    pages = PdfReader(tmp_path / "file.pdf").pages
    first = dict(bound.starts)["agreement"]
    sizes = [tuple(map(round, page.mediabox[2:])) for page in pages[first : first + 4]]
    assert sizes == [(595, 842), (595, 842), (400, 500), (400, 500)]
    assert painted(bound, first + 1).pixelColor(400, 200) == QColor("steelblue")


@pytest.mark.parametrize("media", ["image/jpeg", "application/pdf"])
def test_a_broken_scan_is_named_and_nothing_is_bound(media):
    file = replace(LEAK, scans=(Scan("a", "agreement", media),))
    with pytest.raises(ScanUnreadable) as refused:
        bind_file(file, lambda scan: b"%PDF-broken")
    assert "人民调解协议书" in refused.value.sentence()


def test_stopping_leaves_no_file(tmp_path):
    bound = bind_file(LEAK, scanned)

    def stop(step: str, so_far: int, in_all: int) -> None:
        if so_far == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        bound.write_pdf(tmp_path / "file.pdf", stop)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Cancelled):
        bind_file(LEAK, scanned, stop)


def test_a_pdf_names_nobody_in_its_properties(tmp_path):
    bind_paper(cover(LEAK)).write_pdf(tmp_path / "cover.pdf")
    told = str(PdfReader(tmp_path / "cover.pdf").metadata)
    assert "王桂兰" not in told
    assert "漏水" not in told
