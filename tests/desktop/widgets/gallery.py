"""Every widget on one sheet, to be looked at beside the design and measured by a test.

``python -m tests.desktop.widgets.gallery FILE.png [light|dark] [SCALE] [zh|en]`` draws it.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.rows import FoldedItem, Lamp, Row, RowKind, Tag, TimelineItem, Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.theme.style import apply_style, dress_window
from desktop.theme.tokens import ThemeName, load_theme
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.avatar import Avatar
from desktop.widgets.banner import Banner
from desktop.widgets.bars import StatusBar, TopBar
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button, ButtonKind
from desktop.widgets.card import Card, SectionTitle
from desktop.widgets.chip import Chip, ChipGroup, Choice
from desktop.widgets.fact import FactLine, PersonLine
from desktop.widgets.field import LineField, SearchBox
from desktop.widgets.flow import FlowLayout
from desktop.widgets.form_grid import FormGrid
from desktop.widgets.keycap import KeyHint
from desktop.widgets.lamp import LampMark
from desktop.widgets.note_field import NoteField
from desktop.widgets.progress import CountBar, Part, ProgressRing, StepBar
from desktop.widgets.row_list import RowList
from desktop.widgets.scale_slider import ScaleSlider
from desktop.widgets.segment import SegmentChoice
from desktop.widgets.side_by_side import Side, SideBySide, SideOffer, SideValues
from desktop.widgets.sidebar import NavGroup, NavItem, Sidebar
from desktop.widgets.skyline import Skyline
from desktop.widgets.state_panel import EmptyState, ErrorState, NotHereState, Skeleton
from desktop.widgets.sync_pill import SyncPill, SyncState
from desktop.widgets.tabs import Segments, Tab, Tabs
from desktop.widgets.text import Text
from desktop.widgets.timeline import Timeline
from desktop.widgets.toast import Toast
from desktop.widgets.toggle import CheckBox, RadioBox, Switch

Say = Callable[[str, str], str]


@dataclass(frozen=True)
class Sheet:
    """What the parts of the gallery share: the look, and the language they speak."""

    look: ThemeProvider
    say: Say

    def card(self, title: str, *widgets: QWidget) -> Card:
        card = Card(self.look, spacing=10)
        card.body.addWidget(SectionTitle(self.look, title))
        for widget in widgets:
            card.body.addWidget(widget)
        return card

    def flow(self, *widgets: QWidget) -> QWidget:
        holder = QWidget()
        layout = FlowLayout(self.look, holder, gap=10)
        for widget in widgets:
            layout.addWidget(widget)
        return holder


def chinese(zh: str, _en: str) -> str:
    return zh


def english(_zh: str, en: str) -> str:
    return en


def build(look: ThemeProvider, say: Say) -> QWidget:
    """The whole gallery, not shown yet."""
    sheet = Sheet(look, say)
    root = Ground(look)
    whole = scaled(look, QHBoxLayout(root))
    whole.addWidget(_sidebar(sheet))
    column = scaled(look, QVBoxLayout())
    whole.addLayout(column, 1)
    column.addWidget(_top_bar(sheet))
    body = scaled(look, QHBoxLayout(), (16, 0, 16, 12), 12)
    for cards in (
        (_list_card(sheet), _states_card(sheet)),
        (_marks_card(sheet), _buttons_card(sheet), _inputs_card(sheet), _form_card(sheet)),
        (_conflict_card(sheet), _timeline_card(sheet), _facts_card(sheet), _start_card(sheet)),
    ):
        lane = scaled(look, QVBoxLayout(), spacing=12)
        for card in cards:
            lane.addWidget(card)
        body.addLayout(lane, 1)
    content = QWidget()
    content.setLayout(body)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    column.addWidget(area, 1)
    column.addWidget(_status_bar(sheet))
    toast = Toast(look, root)
    toast.say(say("已记 1602 王桂兰：见到本人", "Recorded 1602 王桂兰: met"), can_undo=True)
    return root


class Ground(Themed):
    """The window's ground, with a palette of its own."""

    def paintEvent(self, event):  # noqa: N802 - Qt names it so
        QPainter(self).fillRect(self.rect(), self._look.theme.bg)


def _sidebar(sheet: Sheet) -> Sidebar:
    say = sheet.say
    groups = [
        NavGroup(
            say("走访", "Visits"),
            (
                NavItem("today", say("今日", "Today"), "calendar-check"),
                NavItem("households", say("住户", "Households"), "users-three"),
            ),
        ),
        NavGroup(
            say("数据", "Data"),
            (
                NavItem("conflicts", say("冲突", "Conflicts"), "git-merge"),
                NavItem("sync", say("同步中心", "Sync centre"), "cloud-arrow-up"),
            ),
        ),
    ]
    bar = Sidebar(
        sheet.look, say("家门口", "Doorstep"), say("丰和社区·第3网格", "丰和, grid 3"), groups
    )
    bar.choose("today")
    bar.set_count("today", 10)
    bar.set_count("conflicts", 4, Tone.WARN)
    bar.set_user("陈晓禾", say("第3网格·网格员", "Grid 3, grid worker"))
    return bar


def _pill(sheet: Sheet, state: SyncState, words: str, figure: str) -> SyncPill:
    pill = SyncPill(sheet.look)
    pill.show_state(state, words, figure)
    return pill


def _top_bar(sheet: Sheet) -> TopBar:
    say = sheet.say
    words = say("离线工作中", "Working offline")
    pill = _pill(sheet, SyncState.OFFLINE, words, say("12 条待上传", "12 waiting"))
    bar = TopBar(sheet.look, pill)
    bar.show_title(
        say("今日", "Today"), say("6月18日 星期四", "Thursday 18 June"), can_go_back=True
    )
    hint = say("搜姓名、房号、电话", "Search name, room, phone")
    bar.show_tools([SearchBox(sheet.look, hint, "Ctrl K")])
    return bar


def _status_bar(sheet: Sheet) -> StatusBar:
    say = sheet.say
    bar = StatusBar(sheet.look)
    bar.show_data(
        say("本机数据 今天 08:12·第3网格 412 户", "Data of today 08:12, grid 3, 412 homes")
    )
    bar.show_keys(
        [
            (["J", "K"], say("上下", "Up, down")),
            (["1"], say("见到本人", "Met")),
            (["2"], say("没人应", "No answer")),
            (["Ctrl ⏎"], say("保存并去下一户", "Save and next")),
        ]
    )
    return bar


def _rows(say: Say) -> list[Row]:
    care = Tag(say("独居老人", "Lives alone"), Tone.CARE)
    return [
        Row(
            key="g1",
            kind=RowKind.GROUP,
            lead="1",
            title=say("6号楼 2单元", "Building 6, unit 2"),
            detail=say("坐电梯到 23 层，从高往低走", "Lift to floor 23, then down"),
            when="2 / 5",
            so_far=2,
            in_all=5,
        ),
        Row(
            key="f1",
            kind=RowKind.FOLDED,
            title=say("已走 2 户", "2 done"),
            folded=(
                FoldedItem(say("2304 赵秀英 见到本人 09:41", "2304 赵秀英 met 09:41")),
                FoldedItem(say("2101 孙浩然 没人应", "2101 孙浩然 no answer"), Lamp.MISSED),
            ),
            icon="cloud-arrow-up",
            when=say("待上传", "Waiting"),
        ),
        Row(
            key="1602",
            lead="1602",
            title="王桂兰",
            lamp=Lamp.RED,
            tags=(care,),
            reason=say("逾期 5 天", "5 days over"),
            reason_tone=Tone.BAD,
            detail=say("每月必访 · 上次 5月13日 见到本人", "Monthly · last met 13 May"),
            action=say("开始走访", "Start visit"),
            action_key="V",
        ),
        Row(
            key="0904",
            lead="0904",
            title="何美玲",
            lamp=Lamp.NOT_DUE,
            tags=(
                Tag(say("新入住", "Moved in"), Tone.PRIMARY),
                Tag(say("两人同行", "Go in pairs")),
            ),
            reason=say("约在今天", "Appointed today"),
            detail=say("先打电话再上门", "Call before you go"),
            badge=Tag(say("约 11:00", "At 11:00"), icon="clock"),
        ),
        Row(
            key="402",
            lead="402",
            title="周凤仙",
            lamp=Lamp.YELLOW,
            reason=say("今天到期", "Due today"),
            reason_tone=Tone.WARN,
            detail=say("儿子在外地，晚上会来电话问", "Her son calls in the evening"),
            badge=Tag(say("约 15:00", "At 15:00"), Tone.WARN, "clock"),
        ),
        Row(
            key="g2",
            kind=RowKind.GROUP,
            lamp=Lamp.YELLOW,
            title=say("需要你处理", "Needs you"),
            detail="2",
        ),
        Row(
            key="p1",
            title=say("1602 王桂兰 照片 2 张", "1602 王桂兰, 2 photos"),
            icon="image",
            icon_tone=Tone.WARN,
            reason=say("照片太大（18 MB）", "Too large (18 MB)"),
            reason_tone=Tone.WARN,
            when="10:26",
        ),
    ]


def _list_card(sheet: Sheet) -> Card:
    say, look = sheet.say, sheet.look
    card = Card(look, (1, 1, 1, 1), 0)
    tabs = Tabs(
        look,
        [
            Tab("all", say("全部", "All"), 12),
            Tab("late", say("逾期", "Overdue"), 3, Tone.BAD),
            Tab("care", say("关爱对象", "Care"), 5),
        ],
    )
    head = scaled(look, QHBoxLayout(), (14, 0, 14, 0))
    head.addWidget(tabs)
    head.addStretch(1)
    card.body.addLayout(head)
    rows = RowList(look, say("今天要走的户", "Homes of today"))
    model = RowListModel(rows)
    model.replace(_rows(say))
    rows.setModel(model)
    rows.go_to("1602")
    rows.setMinimumHeight(look.px(380))
    card.body.addWidget(rows, 1)
    return card


def _states_card(sheet: Sheet) -> QWidget:
    say, look = sheet.say, sheet.look
    empty = EmptyState(
        look,
        say("今天走完了", "All done today"),
        say("12 户都记好了，明天有 6 户", "12 homes recorded, 6 tomorrow"),
        say("看看明天", "See tomorrow"),
    )
    error = ErrorState(
        look,
        say("这 2 张照片没传上去", "2 photos were not sent"),
        say("太大了，社区限 10 MB。原图还在本机", "Over 10 MB. The originals are here"),
        say("压缩后再传", "Compress and send"),
    )
    away = NotHereState(look, say("这户不在本机", "Not on this computer"))
    row = scaled(look, QHBoxLayout(), spacing=8)
    for panel in (empty, error):
        row.addWidget(panel, 1)
    card = sheet.card(say("空、出错、加载", "Empty, failed, loading"))
    card.body.addLayout(row)
    card.body.addWidget(away)
    card.body.addWidget(Skeleton(look, 2))
    return card


def _marks_card(sheet: Sheet) -> Card:
    say, look = sheet.say, sheet.look
    lamps = sheet.flow(
        LampMark(look, Lamp.RED, say("红灯", "Red")),
        LampMark(look, Lamp.YELLOW, say("黄灯", "Yellow")),
        LampMark(look, Lamp.GREEN, say("绿灯", "Green")),
        LampMark(look, Lamp.NOT_DUE, say("未到", "Not due")),
        LampMark(look, Lamp.DONE, say("办完", "Done")),
        LampMark(look, Lamp.MISSED, say("没成", "Missed")),
    )
    chips = sheet.flow(
        Chip(look, Tag(say("独居老人", "Lives alone"), Tone.CARE)),
        Chip(look, Tag(say("调解回访", "Follow-up"), Tone.PRIMARY)),
        Chip(look, Tag(say("出租", "Rented"))),
        Chip(look, Tag(say("隐患", "Hazard"), Tone.WARN)),
        Chip(look, Tag(say("已吹哨", "Whistled"), Tone.BAD)),
        Chip(look, Tag(say("两人同行", "Go in pairs"), icon="users")),
    )
    keys = sheet.flow(
        *(KeyHint(look, [key]) for key in ("J", "K", "⏎", "Ctrl S", "Ctrl ⏎", "Esc")),
        KeyHint(look, ["1"], say("见到本人", "Met")),
        KeyHint(look, ["2"], say("没人应", "No answer")),
        ProgressRing(look, 0.63),
    )
    bar = CountBar(look, [Part(7, "ok"), Part(2, "control")], 18)
    pills = sheet.flow(
        _pill(sheet, SyncState.SYNCING, say("正在同步", "Syncing"), "8 / 12"),
        _pill(sheet, SyncState.SYNCED, say("已同步", "Synced"), say("刚刚", "just now")),
        _pill(sheet, SyncState.NEEDS_YOU, say("2 条需处理", "2 need you"), ""),
    )
    return sheet.card(say("灯、标签、按键", "Lamps, chips, keys"), lamps, chips, keys, bar, pills)


def _buttons_card(sheet: Sheet) -> Card:
    say, look = sheet.say, sheet.look
    start = say("开始走访", "Start visit")
    disabled = Button(look, say("归档", "Archive"))
    disabled.allow(False, say("还差签字页", "The signed pages are missing"))
    buttons = sheet.flow(
        Button(look, start, ButtonKind.PRIMARY, icon="door", key="V", height=Height.PRIMARY),
        Button(look, say("保存", "Save"), key="Ctrl S", height=Height.PRIMARY),
        Button(look, say("改天", "Postpone"), ButtonKind.GHOST, icon="calendar-blank", key="D"),
        Button(look, say("作废", "Void"), ButtonKind.DANGER, icon="trash", height=Height.PRIMARY),
        Button(look, say("继续写", "Continue"), ButtonKind.TINTED),
        Button(look, say("添加", "Add"), ButtonKind.LINK),
        disabled,
    )
    segments = Segments(
        look,
        [
            Tab("all", say("全部", "All"), 21),
            Tab("visits", say("走访", "Visits"), 14),
            Tab("matters", say("事项", "Matters"), 4),
        ],
    )
    results = SegmentChoice(
        look,
        [
            Choice("met", say("见到本人", "Met"), icon="handshake", shortcut="1"),
            Choice("not_home", say("没人应", "No answer"), icon="door", shortcut="2"),
            Choice("refused", say("拒访", "Refused"), icon="prohibit", shortcut="4"),
        ],
    )
    results.choose("met")
    dates = SegmentChoice(
        look,
        [
            Choice("3", say("3 天后", "In 3 days"), note=say("6月21日 周日", "Sun 21 June")),
            Choice("f", say("按频次", "By frequency"), note=say("7月18日 周六", "Sat 18 July")),
        ],
        solid=False,
    )
    dates.choose("f")
    title = say("按钮", "Buttons")
    return sheet.card(title, buttons, segments, results, dates)


def _inputs_card(sheet: Sheet) -> Card:
    say, look = sheet.say, sheet.look
    phone = LineField(look, say("手机号", "Phone"))
    phone.set_text("1380013800")
    phone.set_error(say("手机号少 1 位，也可以先留空", "1 digit is missing; it may stay empty"))
    secret = LineField(look, say("密码", "Password"), secret=True)
    secret.set_text("secret")
    note = NoteField(
        look,
        say("记一笔", "Note"),
        hint=say("输入 / 插入常用语", "/ inserts a phrase"),
    )
    note.set_text(say("精神好，血压 136/84，降压药够吃到月底。", "In good spirits, 136/84."))
    needs = ChipGroup(
        look,
        [
            Choice("medical", say("医疗", "Medical")),
            Choice("repair", say("维修", "Repair")),
            Choice("gas", say("燃气", "Gas"), Tone.WARN),
            Choice("calm", say("一切平稳", "All calm"), shortcut="Ctrl 1"),
            Choice("ok", say("平安", "Safe"), Tone.OK),
        ],
    )
    needs.choose(["repair", "gas", "ok"])
    checked, radio, switch = (
        CheckBox(look, say("选中", "On")),
        RadioBox(look, say("浅色", "Light")),
        Switch(look, say("紧凑", "Compact")),
    )
    for toggle in (checked, radio, switch):
        toggle.setChecked(True)
    toggles = sheet.flow(
        checked, CheckBox(look, say("未选", "Off")), radio, switch, Switch(look, say("关", "Off"))
    )
    return sheet.card(say("输入", "Inputs"), phone, secret, note, needs, toggles)


def _form_card(sheet: Sheet) -> Card:
    say, look = sheet.say, sheet.look
    grid = FormGrid(look)
    grid.add_value(say("房屋", "Home"), say("自有房·82 ㎡·电梯 16 层", "Owned, 82 ㎡, floor 16"))
    grid.add(say("字号", "Text size"), ScaleSlider(look, say("字号", "Text size")))
    return sheet.card(say("表", "Form"), grid)


def _conflict_card(sheet: Sheet) -> Card:
    say, look = sheet.say, sheet.look
    offers = [
        SideOffer(Side.MINE, say("用我的", "Mine"), "←"),
        SideOffer(Side.BOTH, say("两边都留", "Keep both"), "B"),
        SideOffer(Side.THEIRS, say("用对方", "Theirs"), "→"),
        SideOffer(Side.OWN, say("自己写", "My words"), "E"),
    ]
    phone = SideBySide(
        look,
        SideValues(say("电话", "Phone"), "139****1180", "138****1024", "138****1042"),
        offers,
    )
    phone.show_result(Side.BOTH, "138****1024、138****1042")
    note = SideBySide(
        look,
        SideValues(
            say("备注", "Note"),
            say("听力弱，敲门要久一点。", "Hard of hearing."),
            say("听力弱，敲门要久一点，靠近右耳说话。", "Hard of hearing, speak to the right ear."),
            say(
                "听力弱，敲门要久一点。腿脚慢，等两三分钟。",
                "Hard of hearing. Slow, wait 3 minutes.",
            ),
        ),
        offers,
    )
    note.show_result(None, say("还没选", "Not chosen yet"))
    note.set_current(True)
    return sheet.card(say("冲突", "Conflict"), phone, note)


def _timeline_card(sheet: Sheet) -> Card:
    say, look = sheet.say, sheet.look
    line = Timeline(look, say("往来记录", "History"))
    line.set_items(
        [
            TimelineItem("m", say("今天", "Today")),
            TimelineItem(
                "d",
                say("走访草稿", "Draft of a visit"),
                "note-pencil",
                Tone.PRIMARY,
                note=say("写到一半，只存在本机", "Half written, only here"),
                text=say("精神好，量了血压。厨房燃气软管发硬……", "In good spirits …"),
                when="10:24",
                action=say("继续写", "Continue"),
            ),
            TimelineItem(
                "v",
                say("见到本人", "Met"),
                "door",
                Tone.OK,
                note=say("约 10 分钟", "About 10 minutes"),
                text=say("量了血压，药按时吃。想在卫生间装扶手。", "Wants a handrail."),
                who="陈晓禾",
                when=say("5月13日", "13 May"),
                delivery=say("已上传", "Sent"),
                delivery_icon="cloud-check",
                tags=(Tag(say("维修", "Repair"), icon="clipboard-text"),),
            ),
        ]
    )
    return sheet.card(say("往来记录", "History"), line)


def _facts_card(sheet: Sheet) -> Card:
    say, look = sheet.say, sheet.look
    why = Banner(
        look,
        Tone.BAD,
        say("为什么今天来：逾期 5 天", "Why today: 5 days over"),
        say("独居老人每月至少见一面，应在 6月13日 前", "Once a month, due before 13 June"),
        lamp=Lamp.RED,
    )
    info = Banner(look, Tone.OK, say("已连上 丰和社区", "Connected to 丰和社区"))
    info.add(Button(look, say("换社区", "Change"), ButtonKind.LINK))
    person = PersonLine(
        look, "王晓燕", say("女儿", "Daughter"), say("外地·晚上好打通", "Away, call at night")
    )
    person.add(Avatar(look, "赵", Tone.CARE))
    return sheet.card(
        say("提醒", "Facts"),
        why,
        info,
        FactLine(look, "ear", say("听力弱，敲门要久一点", "Hard of hearing"), Tone.CARE),
        FactLine(look, "warning", say("燃气软管 2019 年装", "Gas hose of 2019"), Tone.WARN),
        person,
    )


def _start_card(sheet: Sheet) -> Card:
    say, look = sheet.say, sheet.look
    steps = StepBar(
        look,
        [
            say("地址", "Address"),
            say("注册码", "Code"),
            say("密码", "Password"),
            say("下载", "Download"),
        ],
        2,
    )
    night, day = Skyline(look, night=True), Skyline(look, night=False)
    houses = scaled(look, QHBoxLayout(), spacing=8)
    for skyline in (night, day):
        skyline.setMinimumHeight(look.px(120))
        houses.addWidget(skyline)
    text = Text(look, say("没有网，也能一户一户走下去", "Door by door, without a network"))
    big = Text(look, say("今日 6月18日", "18 June"), TextStep.DISPLAY, weight=Weight.BOLD)
    text.setAlignment(Qt.AlignmentFlag.AlignLeft)
    card = sheet.card(say("开始", "Start"), steps, big, text)
    card.body.addLayout(houses)
    return card


def main(path: str, name: str = "light", scale: str = "1.0", language: str = "zh") -> None:
    """Draw the gallery into ``path``."""
    app = QApplication([])
    look = ThemeProvider(load_theme(ThemeName(name)), float(scale))
    apply_style(app, look)
    gallery = build(look, chinese if language == "zh" else english)
    dress_window(gallery, look)
    gallery.resize(look.px(1680), look.px(1720))
    gallery.show()
    app.processEvents()
    gallery.grab().save(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
