"""Input methods are left alone; errors are said and taken away."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent

from desktop.widgets.field import LineField, SearchBox
from desktop.widgets.note_field import NoteField


def _compose(widget, letters, committed=""):
    event = QInputMethodEvent(letters, [])
    event.setCommitString(committed)
    QCoreApplication.sendEvent(widget, event)


def test_esc_and_slash_belong_to_an_open_composition(look, qtbot):
    """While pinyin is on the line, Esc closes the candidates and nothing else."""
    note = NoteField(look, "记一笔")
    qtbot.addWidget(note)
    heard = []
    note.edit.left.connect(lambda: heard.append("left"))
    note.edit.phrase_asked.connect(lambda: heard.append("phrase"))
    _compose(note.edit, "jing")
    qtbot.keyClick(note.edit, Qt.Key.Key_Escape)
    qtbot.keyClicks(note.edit, "/")
    assert heard == []
    _compose(note.edit, "", "精神好")
    qtbot.keyClick(note.edit, Qt.Key.Key_Escape)
    assert heard == ["left"]


def test_a_draft_never_holds_what_is_only_composed(look, qtbot):
    """Half-typed pinyin is nobody's note."""
    note = NoteField(look, "记一笔")
    qtbot.addWidget(note)
    note.set_text("好")
    _compose(note.edit, "jing")
    assert note.text() == "好"
    _compose(note.edit, "", "，精神")
    assert note.text() == "好，精神"


def test_a_slash_asks_for_phrases_only_on_an_empty_line(look, qtbot):
    """136/84 is a reading, not a request."""
    note = NoteField(look, "记一笔")
    qtbot.addWidget(note)
    with qtbot.waitSignal(note.edit.phrase_asked):
        qtbot.keyClicks(note.edit, "/")
    with qtbot.assertNotEmitted(note.edit.phrase_asked):
        qtbot.keyClicks(note.edit, "136/84")
    assert note.text() == "136/84"


def test_search_reads_the_letters_before_they_are_committed(look, qtbot):
    """Typing wgl with pinyin on finds 王桂兰 at once; Enter then is the input method's."""
    box = SearchBox(look, "搜姓名、房号、电话", "Ctrl K")
    qtbot.addWidget(box)
    with qtbot.waitSignal(box.searched) as heard:
        _compose(box.edit, "wgl")
    assert heard.args == ["wgl"]
    with qtbot.assertNotEmitted(box.submitted):
        qtbot.keyClick(box.edit, Qt.Key.Key_Return)
    _compose(box.edit, "", "王")
    with qtbot.waitSignal(box.submitted):
        qtbot.keyClick(box.edit, Qt.Key.Key_Return)
    assert box.text() == "王"


def test_an_error_goes_when_the_person_mends_it(look, qtbot):
    """The reason is read out with the field, and gone with the first letter."""
    field = LineField(look, "手机号")
    qtbot.addWidget(field)
    field.set_text("1380013800")
    field.set_error("手机号少 1 位，也可以先留空")
    assert field.edit.accessibleDescription() == "手机号少 1 位，也可以先留空"
    qtbot.keyClicks(field.edit, "1")
    assert (field.error(), field.edit.accessibleDescription()) == ("", "")


class ShownWindows(QObject):
    """Notes every window that shows, however short."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def eventFilter(self, watched, event):  # noqa: N802 - Qt's own name
        if event.type() == QEvent.Type.Show and watched.isWidgetType() and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


def test_making_a_field_opens_no_window(look, qapp):
    """A part that is shown before it has a parent would be a window, and take the keyboard."""
    shown = ShownWindows()
    qapp.installEventFilter(shown)
    made = [LineField(look, "手机号", hint="138****1024"), NoteField(look, "记一笔", hint="只写事")]
    qapp.removeEventFilter(shown)
    assert shown.seen == []
    for field in made:
        field.deleteLater()
