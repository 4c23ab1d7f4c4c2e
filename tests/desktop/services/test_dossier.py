"""Every paper of a case, made from its record: the fields of the official forms and no more."""

from dataclasses import replace
from datetime import date

import pytest
from docx import Document

from desktop.services.dossier.binding import contents, cover, leaves, papers_of
from desktop.services.dossier.blocks import Signs
from desktop.services.dossier.forms import form
from desktop.services.dossier.web import html_of
from desktop.services.dossier.word import write_word
from desktop.viewmodels.case_papers import paper_items
from resources import resource
from sync.i18n import catalogue
from sync.rules.dossier import PAPERS, checklist
from sync.rules.paper_case import Agreement, PaperCase, Party, Scan, Step, Term
from tests.support.cases import AGREED, LEAK, LI, MEETING, RARE, WANG, oral_case

EVERYTHING = replace(
    LEAK,
    parties=(WANG, replace(LI, agent="赵律")),
    agreements=(
        AGREED,
        Agreement("more", "supplement", terms=(Term("再换一块吊顶"),), reason="又发现一处水渍"),
    ),
    steps=(
        *LEAK.steps,
        Step("court_applied", LEAK.accepted_on, id="c"),
        Step("referred", LEAK.accepted_on, text="情绪低落", agreed_by=("王桂兰",), id="r"),
    ),
)
FORMS = sorted(
    item.name.removesuffix(".json")
    for item in resource("papers").iterdir()
    if item.name.endswith(".json") and item.name not in ("words.json", "yearly.json")
)


def paper(file: PaperCase, key: str):
    """The one document of a kind."""
    (made,) = papers_of(file, key)
    return made


def every_paper(file: PaperCase):
    """All documents with the cover and the contents."""
    bound = leaves(file)
    return [
        cover(file),
        contents(file, bound, [(1, 1)] * len(bound)),
        *(each for leaf in bound for each in leaf.papers),
    ]


@pytest.mark.parametrize("key", FORMS)
def test_every_form_says_which_rule_wants_it(key):
    assert form(key).source
    assert form(key).blocks


def test_the_application_names_both_sides_as_the_official_form_does():
    told = paper(LEAK, "application").text()
    for words in (
        "王桂兰",
        "女",
        "汉族",
        "78岁",
        "退休教师",
        "13800001024",
        "丰和苑6号楼2单元1602",
    ):
        assert words in told
    assert "被申请人姓名 李建国" in told
    assert "2．赔偿吊顶费1500元" in told  # Numbered once, however it was typed.


def test_the_agreement_has_what_the_law_lists():
    """人民调解法 art. 29: the parties, facts and points, what is agreed, how, where and by when."""
    told = paper(LEAK, "agreement").text()
    assert "(2026)人调字第17号" in told
    assert "1702室卫生间排水接头渗漏" in told
    assert "争议事项：维修期限" in told
    assert "2．李建国赔偿王桂兰吊顶费（人民币壹仟贰佰元整，￥1,200.00）；" in told
    assert "第2项：当面付清，社区调解室，于2026年6月18日前履行。" in told
    assert "本协议一式三份" in told
    assert told.endswith("2026年6月11日")


@pytest.mark.parametrize("made", every_paper(EVERYTHING), ids=lambda made: made.key)
def test_no_paper_has_a_masked_value(made):
    """What is signed says whole numbers, or leaves a line to a hand."""
    assert "*" not in made.text()


def test_what_is_not_known_has_a_line_to_write_on():
    """Each field of the official form is there, also where the record knows a name alone."""
    bare = Party(name="王桂兰", side="applicant")
    told = paper(replace(LEAK, parties=(bare, LI)), "agreement").text()
    assert "王桂兰，性别＿＿，民族＿＿，年龄＿＿，职业＿＿＿＿\n住＿＿＿＿＿＿＿＿" in told
    assert "电话13900005530" in told
    assert "公民身份号码＿＿＿＿＿＿＿＿" in paper(EVERYTHING, "court").text()


@pytest.mark.parametrize("key", ["application", "agreement", "supplement", "court"])
def test_where_violence_is_feared_no_paper_tells_where_somebody_is_found(key):
    told = paper(replace(EVERYTHING, guarded=True), key).text()
    assert "王桂兰" in told
    for hidden in (WANG.phone, WANG.address, WANG.occupation, LI.phone):
        assert hidden not in told


@pytest.mark.parametrize("made", every_paper(EVERYTHING), ids=lambda made: made.key)
def test_every_paper_names_the_committee(made):
    assert "丰和社区人民调解委员会" in made.text()


def test_who_was_there_is_told_once():
    """Parties and mediators have lines of their own."""
    there = (*MEETING.present, "邹大海", "张玉珍")
    told = paper(replace(LEAK, talks=(replace(MEETING, present=there),)), "mediation").text()
    assert "当事人 王桂兰、李建国\n参加人 张玉珍\n人民调解员 邹大海\n" in told


def test_a_talk_that_came_to_nothing_yet_leaves_room_for_its_result():
    """Nothing is invented: a hand writes on two lines."""
    told = paper(replace(LEAK, talks=(replace(MEETING, result=""),)), "mediation").text()
    assert "调解结果：\n" + 2 * ("＿" * 36 + "\n") in told
    assert "＿" not in paper(LEAK, "mediation").text()


def test_the_register_has_a_line_for_the_way_of_performance():
    """From the terms, from what was done on the spot, or empty for a hand."""
    agreed = replace(AGREED, kind="oral")
    written = paper(replace(LEAK, agreements=(agreed,)), "oral").text()
    assert "履行方式、时限 第1项：自行维修，1702室，于2026年6月18日前履行；第2项" in written
    assert "履行方式、时限 当场履行完毕" in paper(oral_case(), "oral").text()
    later = replace(oral_case(), steps=())
    assert "履行方式、时限 \n履行情况 尚未履行" in paper(later, "oral").text()


@pytest.mark.parametrize("made", every_paper(EVERYTHING), ids=lambda made: made.key)
def test_signature_lines_stay_empty(made):
    """Who signs writes their own name, by hand: no label holds one."""
    names = {"王桂兰", "李建国", "邹大海", "张玉珍", "赵律"}
    for block in made.blocks:
        if isinstance(block, Signs):
            assert not any(name in label for name in names for label in block.labels)


def test_until_the_server_gave_a_number_the_papers_say_so():
    assert "待编号" in cover(replace(LEAK, no="")).text()
    assert "(2026)人调字第17号" in cover(LEAK).text()


def test_a_correction_stands_below_the_talk_that_it_corrects():
    told = paper(LEAK, "mediation").text()
    assert told.index("赔多少可以商量") < told.index("更正：\n2026年6月12日 9时05分，邹大海：")
    assert "更正原因：记错了日期" in told


def test_an_oral_agreement_is_registered_and_not_written_as_a_contract():
    told = paper(oral_case(), "oral").text()
    assert "1．李建国当场关阀，三天内换接头；" in told
    assert "履行情况 当场履行完毕" in told
    assert list(papers_of(oral_case(), "agreement")) == []


def test_a_supplement_names_the_agreement_and_its_reason():
    told = paper(EVERYTHING, "supplement").text()
    assert "于2026年6月11日签订人民调解协议书，编号(2026)人调字第17号。" in told
    assert "补充原因：又发现一处水渍" in told
    assert "再换一块吊顶" in told


def test_the_file_is_bound_in_the_order_of_the_official_list():
    keys = [leaf.key for leaf in leaves(EVERYTHING)]
    assert keys == [key for key in PAPERS if key in keys]
    assert {"application", "rights", "identity", "proxy", "court", "referral"} <= set(keys)


def test_a_scan_without_a_paper_of_its_own_is_bound_in_as_well():
    file = replace(LEAK, scans=(*LEAK.scans, Scan("receipt", "evidence")))
    assert [leaf.scans for leaf in leaves(file) if leaf.key == "evidence"] == [
        (Scan("receipt", "evidence"),)
    ]


def test_what_nobody_wrote_down_stays_empty():
    """No paper invents a word: a party with a name alone has empty fields to write in."""
    bare = replace(LEAK, parties=(replace(WANG, birth=None, nation="", occupation=""), LI))
    told = paper(bare, "application").text()
    assert "民族 \n" in told
    assert "None" not in told


def test_papers_are_chinese_in_either_language():
    before = catalogue.language
    try:
        catalogue.use("en")
        english = [made.text() for made in every_paper(EVERYTHING)]
        catalogue.use("zh_CN")
        assert [made.text() for made in every_paper(EVERYTHING)] == english
    finally:
        catalogue.use(before)


def test_what_people_typed_is_never_markup():
    made = paper(replace(LEAK, facts="<b>漏水</b> & <img src=x>"), "application")
    assert "&lt;b&gt;漏水&lt;/b&gt; &amp; &lt;img src=x&gt;" in html_of(made)


@pytest.mark.parametrize("text", ["{no}", "{0.__class__}", "}{", "%s"])
def test_braces_in_a_text_are_only_braces(text):
    """A form fills its own places; what people typed is put there as it is."""
    assert text in paper(replace(LEAK, facts=text), "application").text()


def test_word_holds_the_same_words_and_no_author(tmp_path):
    papers = every_paper(RARE)
    write_word(tmp_path / "file.docx", papers)
    made = Document(tmp_path / "file.docx")
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    told = "\n".join([*(one.text for one in made.paragraphs), *cells])
    for each in papers:
        for words in each.text().replace(" ", "\n").splitlines():
            assert words in told.replace(" ", "\n"), words
    assert "𠮷䶮㛃" in told
    assert made.core_properties.author == ""
    face = made.styles["Normal"].element.rPr.rFonts
    assert "SimSun" in face.attrib.values()


@pytest.mark.parametrize("key", ["agreement", "supplement", "mediation", "rights", "application"])
def test_the_guardian_of_a_minor_has_a_line_to_sign_on(key):
    """Beside the child's; nobody of age has one."""
    child = replace(WANG, birth=date(2012, 1, 1), guardian="李长河")
    adult = replace(LI, guardian="李长河")
    made = next(papers_of(replace(EVERYTHING, parties=(child, adult)), key))
    labels = [label for block in made.blocks if isinstance(block, Signs) for label in block.labels]
    guardians = [label for label in labels if "监护人" in label]
    assert guardians == ["申请人的监护人（签名、盖章或者按指印）"]
    assert "监护人（签名" not in next(papers_of(EVERYTHING, key)).text()


def test_the_cover_says_who_archived_it_and_when():
    """Before that both are written by hand."""
    filed = Step("archived", date(2026, 6, 20), writer="邹大海", id="f")
    told = cover(replace(LEAK, steps=(*LEAK.steps, filed))).text()
    assert "立卷人 邹大海" in told
    assert "立卷日期 2026年6月20日" in told
    assert "邹大海" not in cover(LEAK).text().partition("立卷人")[2]


def test_a_cover_without_its_number_waits_for_a_sync():
    """It is no paper that somebody forgot."""
    items = {one.key: one for one in paper_items(checklist(replace(LEAK, no="")))}
    assert items["cover"].note == "its number comes with a sync"
