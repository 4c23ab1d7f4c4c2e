"""Initials find a name, and surnames are read as their owners read them."""

import subprocess
import sys

import pytest

from sync.rules.pinyin import py


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("王桂兰", "wgl wangguilan"),
        ("单田芳", "stf shantianfang"),
        ("曾国藩", "zgf zengguofan"),
        ("仇小英", "qxy qiuxiaoying"),
        ("解建国", "xjg xiejianguo"),
        ("查良", "zl zhaliang"),
        ("区小强", "oxq ouxiaoqiang"),
        ("盖丽", "gl geli"),
        ("朴正", "pz piaozheng"),
        ("任平", "rp renping"),
        ("尉迟恭", "ycg yuchigong"),
        ("万俟明", "mqm moqiming"),
        ("单于明", "cym chanyuming"),
        ("欧阳娜娜", "oynn ouyangnana"),
        ("第3网格", "d3wg di3wangge"),
        ("Anna Lee", "al annalee"),
    ],
)
def test_initials_and_full_pinyin(name, found):
    """Both are stored in one text, so that one look finds either."""
    assert py(name) == found


def test_a_surname_is_a_surname_only_in_front():
    """单 is shan in a surname and dan elsewhere."""
    assert py("王单") == "wd wangdan"


@pytest.mark.parametrize("name", ["", "·", "*"])
def test_nothing_to_read_is_empty(name):
    """A text without a readable sign has no pinyin and breaks nothing."""
    assert py(name) == ""


def test_rare_characters_break_nothing():
    """A sign outside every dictionary is passed over, the others are read."""
    assert py("王\U0003134f兰") == "wl wanglan"


def test_the_dictionary_is_loaded_only_for_a_name():
    """Start-up does not pay for 59 MB that only writing a name needs."""
    code = "import sys, sync.rules.pinyin; sys.exit('pypinyin' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
