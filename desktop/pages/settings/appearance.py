"""How the app looks and speaks: colours, text size, density, language."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.rows import Lamp, Row, Tag, Tone
from desktop.settings import SYSTEM, Settings
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.metrics import Height
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.row_list import RowListModel
from desktop.widgets.base import scaled
from desktop.widgets.card import Card, Hairline, SectionTitle, Well
from desktop.widgets.row_list import RowList
from desktop.widgets.row_painter import RowPainter
from desktop.widgets.scale_slider import ScaleSlider
from desktop.widgets.tabs import Segments, Tab
from desktop.widgets.text import Text
from desktop.widgets.theme_choice import ThemeChoice
from desktop.widgets.toggle import Switch
from sync.i18n import LANGUAGES, _

_LANGUAGE_NAMES = {"zh_CN": "中文", "en": "English"}
"""Each language in its own words, so that anyone finds the way back."""


class Appearance(QWidget):
    """Every choice holds at once.

    Signals:
        chosen: the new :class:`Settings`.
    """

    chosen = Signal(object)

    def __init__(self, look: ThemeProvider, current: Callable[[], Settings]) -> None:
        super().__init__()
        self._look = look
        self._current = current
        self._column = scaled(look, QVBoxLayout(self), (28, 16, 28, 20), 14)
        self._add_themes()
        self._column.addWidget(Hairline(look))
        self._add_sizes()
        self.compact = self._add_switch(
            _("Compact rows"), _("A third more on one screen; for large office screens")
        )
        self.shows_keys = self._add_switch(
            _("Keys on buttons"), _("Turn it off once you know them")
        )
        self.reduces_motion = self._add_switch(
            _("Less motion"), _("Nothing slides and nothing fades")
        )
        self._column.addWidget(Hairline(look))
        self._add_languages()
        self._column.addStretch(1)
        self.show_current()

    def show_current(self) -> None:
        """Show what holds: keys and the computer may have changed it."""
        now = self._current()
        self.themes.choose(now.theme)
        self.slider.set_value(now.scale)
        self.languages.choose(now.language)
        self.compact.setChecked(now.compact)
        self.shows_keys.setChecked(now.shows_keys)
        self.reduces_motion.setChecked(now.reduces_motion)

    def speak(self, language: str) -> None:
        """Use another language."""
        if language != self._current().language:
            self.chosen.emit(replace(self._current(), language=language))

    def _add_themes(self) -> None:
        look = self._look
        self._column.addWidget(SectionTitle(look, _("Theme"), step=TextStep.TITLE))
        words = {"light": _("Light"), "dark": _("Dark"), SYSTEM: _("As the computer")}
        self.themes = ThemeChoice(look, words, _("Theme"))
        self.themes.changed.connect(self._paint)
        self._column.addWidget(self.themes)

    def _add_sizes(self) -> None:
        look = self._look
        hint = _("Changes at once, no restart")
        self._column.addWidget(SectionTitle(look, _("Text size"), hint, step=TextStep.TITLE))
        self.slider = ScaleSlider(look, _("Text size"))
        self.slider.changed.connect(self._resize)
        self._column.addWidget(self.slider)
        self._column.addWidget(self._sample())

    def _add_languages(self) -> None:
        look = self._look
        self._column.addWidget(SectionTitle(look, _("Language"), step=TextStep.TITLE))
        tabs = [Tab(key, _LANGUAGE_NAMES[key]) for key in LANGUAGES]
        self.languages = Segments(look, tabs, _("Language"))
        self.languages.changed.connect(self.speak)
        self._column.addWidget(self.languages, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_switch(self, title: str, detail: str) -> Switch:
        """A line with a switch at its right end; a click on the words turns it, too."""
        look = self._look
        self._column.addWidget(Hairline(look))
        row = scaled(look, QHBoxLayout(), spacing=12)
        lines = scaled(look, QVBoxLayout(), spacing=0)
        lines.addWidget(Text(look, title, TextStep.BODY, weight=Weight.MEDIUM, wraps=True))
        lines.addWidget(Text(look, detail, TextStep.SECOND, colour="t2", wraps=True))
        made = Switch(look, "")
        made.setAccessibleName(title)
        made.setAccessibleDescription(detail)
        made.clicked.connect(self._take_switches)
        row.addLayout(lines, 1)
        row.addWidget(made, 0, Qt.AlignmentFlag.AlignVCenter)
        self._column.addLayout(row)
        return made

    def _sample(self) -> QWidget:
        """One invented row, to judge the size by."""
        look = self._look
        self._sample_model = RowListModel(self)
        self._sample_model.replace([_sample_row()])
        shown = RowList(look, _("Sample"), painter=RowPainter(look, lined=False))
        shown.setModel(self._sample_model)
        shown.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        shown.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sample_list = shown
        card = Card(look, (10, 1, 10, 1))
        card.body.addWidget(shown)
        well = Well(look, margins=(12, 12, 12, 12))
        well.body.addWidget(card)
        look.changed.connect(self._fit_sample)
        self._fit_sample()
        return well

    def _fit_sample(self) -> None:
        self._sample_list.setFixedHeight(self._look.row_px(Height.ROW_TWO_LINE))

    def _paint(self, theme: str) -> None:
        self.chosen.emit(replace(self._current(), theme=theme))

    def _resize(self, scale: float) -> None:
        self.chosen.emit(replace(self._current(), scale=scale))

    def _take_switches(self) -> None:
        self.chosen.emit(
            replace(
                self._current(),
                compact=self.compact.isChecked(),
                shows_keys=self.shows_keys.isChecked(),
                reduces_motion=self.reduces_motion.isChecked(),
            )
        )


def _sample_row() -> Row:
    return Row(
        key="sample",
        title="王桂兰",
        lead="1602",
        lamp=Lamp.RED,
        tags=(Tag(_("lives alone"), Tone.CARE),),
        reason=_("5 days overdue"),
        reason_tone=Tone.BAD,
        detail=_("a sample row"),
    )
