"""Finding a household by what somebody remembers of it, from the book of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.pinyin import py
from sync.store.word_book import MENTIONED, HomeWords, PersonWords, WordBook


def person(row_id, name, phone=""):
    return PersonWords(row_id, name, py(name), phone)


HOMES = (
    HomeWords(
        "wang",
        "6-2-1602",
        "丰和苑6号楼",
        "13700113305",
        "1601 张阿姨",
        (person("p1", "王桂兰", "138 0000 1024"), person("p2", "王晓燕")),
        "说卫生间地滑，想装扶手。",
    ),
    HomeWords("shan", "6-1-1602", "丰和苑6号楼", people=(person("p3", "单雄信"),)),
    HomeWords("zeng", "9-1-301", "枫林里9号楼", people=(person("p4", "曾国"),)),
    HomeWords("qiu", "9-1-402", "枫林里9号楼", people=(person("p5", "仇英"),)),
    HomeWords("xie", "3-501", "纺织厂家属院3号楼", people=(person("p6", "解缙"),)),
    HomeWords("zha", "3-502", "纺织厂家属院3号楼", people=(person("p7", "查良"),)),
    HomeWords("ou", "12", "平安巷院落", people=(person("p8", "区嘉"), person("p9", "盖天"))),
    HomeWords("rare", "11-1-1602", "丰和苑11号楼", people=(person("p10", "刘𠮷"),)),
    HomeWords(
        "rare2", "11-1-1702", "丰和苑11号楼", people=(person("p11", "杨䶮"), person("p12", "王㛃"))
    ),
)


@pytest.fixture(scope="module")
def book():
    made = WordBook()
    for home in HOMES:
        made.put(home)
    return made


def homes(book, text, **how):
    return [match.household_id for match in book.search(text, 50, **how)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("王桂兰", "wang"),
        ("桂兰", "wang"),
        ("wgl", "wang"),
        ("WGL", "wang"),
        ("wangguilan", "wang"),
        ("wanggui", "wang"),
        ("guilan", "wang"),
        ("wang gui l", "wang"),  # As an input method shows what is not committed yet.
        ("w'gui'l", "wang"),
        ("曾国", "zeng"),
        ("sxx", "shan"),
        ("shan", "shan"),
        ("zengguo", "zeng"),
        ("qiuying", "qiu"),
        ("xiejin", "xie"),
        ("zhaliang", "zha"),
        ("oujia", "ou"),
        ("getian", "ou"),
        ("cengguo", "zeng"),  # The sign as it is read elsewhere.
        ("𠮷", "rare"),
        ("刘𠮷", "rare"),
        ("liuji", "rare"),
        ("䶮", "rare2"),
        ("yangyan", "rare2"),
        ("㛃", "rare2"),
        ("6-2-1602", "wang"),
        ("6栋2单元1602", "wang"),
        ("6#2单元1602", "wang"),
        ("6#-2-1602", "wang"),
        ("6号楼二单元1602室", "wang"),
        ("６栋２单元１６０２", "wang"),
        ("丰和苑6-2-1602", "wang"),
        ("6栋2单元", "wang"),
        ("6-2", "wang"),
        ("3-501", "xie"),
        ("平安巷12号", "ou"),
        ("1024", "wang"),
        ("3305", "wang"),
        ("张阿姨", "wang"),
        ("扶手", "wang"),
    ],
)
def test_a_household_is_found_first_by(book, typed, first):
    assert homes(book, typed)[0] == first


def test_a_door_number_finds_every_door_of_that_number_and_the_begun_one(book):
    assert set(homes(book, "1602")) == {"wang", "shan", "rare"}
    assert set(homes(book, "160")) == {"wang", "shan", "rare"}
    assert homes(book, "12")[0] == "ou"


def test_a_building_finds_its_doors_and_no_others(book):
    assert set(homes(book, "6#")) == {"wang", "shan"}
    assert set(homes(book, "枫林里9号楼")) == {"zeng", "qiu"}
    assert set(homes(book, "丰和苑")) == {"wang", "shan", "rare", "rare2"}


def test_an_exact_name_comes_before_one_that_only_begins_so(book):
    made = WordBook()
    made.put(HomeWords("long", "1-101", "", people=(person("a", "王桂兰花"),)))
    made.put(HomeWords("exact", "9-901", "", people=(person("b", "王桂兰"),)))
    assert homes(made, "王桂兰") == ["exact", "long"]
    assert homes(made, "wgl") == ["exact", "long"]


def test_notes_come_last_and_only_where_they_are_asked_for(book):
    (found,) = book.search("扶手", 50)
    assert (found.household_id, found.person_id, found.rank) == ("wang", "", MENTIONED)
    assert homes(book, "扶手", notes=False) == []


@pytest.mark.parametrize(
    "word", ["社区矫正", "家暴", "精神障碍", "低保", "残疾", "domestic violence"]
)
def test_no_word_of_sensitive_care_ever_matches(word):
    """Neither a note that holds it, nor a resident by chance of that name."""
    from sync.rules.discretion import discreet

    made = WordBook()
    told = discreet(f"办{word}手续，说想换灯泡")
    made.put(HomeWords("h", "1-101", "", people=(person("p", "王一"),), notes=told))
    assert homes(made, word) == []
    assert homes(made, word[1:]) == []
    assert homes(made, "换灯泡") == ["h"]
    assert word not in told


def test_what_changed_is_found_as_it_is_now_and_what_went_is_not():
    made = WordBook()
    made.put(HomeWords("h", "1-101", "", people=(person("p", "王一"),)))
    assert homes(made, "王一") == ["h"]
    made.put(HomeWords("h", "1-101", "", people=(person("p", "李二"),)))
    assert (homes(made, "王一"), homes(made, "ler"), homes(made, "le")) == ([], [], ["h"])
    made.drop("h")
    assert homes(made, "李二") == []
    assert len(made) == 0


@given(st.text(max_size=12))
def test_no_text_breaks_a_search(book, typed):
    assert all(match.household_id for match in book.search(typed, 5))
