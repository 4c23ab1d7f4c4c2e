"""The page of the building picture: the map, its legend, what stands beside it."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.cells import Badge, BuildingPicture, CellState, LegendKey
from desktop.page import Act, Page, PageContext, Route, ask_on, sentence_of
from desktop.pages.building.aside import BuildingAside
from desktop.pages.building.places import PlacePicker
from desktop.services.workplace import Workplace
from desktop.theme.breakpoints import CONTENT_GAP_PX, CONTENT_MARGIN_PX, arrangement
from desktop.viewmodels.building import BuildingDoors, building_doors
from desktop.viewmodels.building_cells import Colouring
from desktop.viewmodels.cell_list import CellListModel
from desktop.viewmodels.days import moment_words
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.building_map import BuildingMap
from desktop.widgets.building_sheet import print_building
from desktop.widgets.card import Card, Hairline
from desktop.widgets.flow import FlowLayout
from desktop.widgets.legend import Legend
from desktop.widgets.scroll import scrolling
from desktop.widgets.state_panel import EmptyState, ErrorState
from desktop.widgets.tabs import Segments, Tab
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _

_TOOLS_FROM_PX: Final = 1200
_LEAST_MAP_PX: Final = 240


class BuildingPage(Page):
    """One building at a time. The picture stays where it was when one comes back to it."""

    KEY: ClassVar[str] = "building"
    SECTION: ClassVar[str] = "building"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._place = ""
        self._doors: BuildingDoors | None = None
        self._picture = BuildingPicture()
        self._wanted_home = ""
        self._tools_above = True
        self.places = PlacePicker(self.look)
        self.colours = Segments(
            self.look, [Tab(one, one.words) for one in Colouring], _(N_("Colours show"))
        )
        self.legend = Legend(self.look, _(N_("Legend")))
        self.map = BuildingMap(self.look, _(N_("Building picture")))
        self._model = CellListModel(self)
        self.map.setModel(self._model)
        self.aside = BuildingAside(self.look)
        self._empty = EmptyState(self.look, "")
        self._failed = ErrorState(self.look, "")
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()

    # --- What the frame asks ----------------------------------------------------------------------

    def title(self) -> str:
        """The name of the page."""
        return _(N_("Building picture"))

    def hint(self) -> str:
        """How large the building is."""
        return self._doors.extent if self._doors and self._doors.lines else ""

    def tools(self) -> Sequence[QWidget]:
        """Which building and which colours, where the top bar has room for them."""
        return (self.places, self.colours) if self._tools_above else ()

    def acts(self) -> Sequence[Act]:
        """Moving, opening, filters, size, print."""
        zooms = _(N_("size"))
        arrows = ("Left", "Up", "Down", "Right")
        return (
            *(Act((key,), _(N_("move")), self._take_keyboard) for key in arrows),
            Act(("Return",), _(N_("open")), self._open_current),
            Act(("V",), _(N_("start visit")), self._start_visit),
            Act(("H",), _(N_("only care")), partial(self._only, Badge.CARE)),
            Act(("O", "R"), _(N_("only overdue")), self._only_overdue),
            Act(("+", "="), zooms, partial(self.map.zoom_by, 1)),
            Act(("-",), zooms, partial(self.map.zoom_by, -1)),
            Act(("0",), _(N_("fit all doors")), partial(self.map.zoom_by, 0), on_bar=False),
            Act(("[",), _(N_("building")), partial(self.places.step, -1)),
            Act(("]",), _(N_("building")), partial(self.places.step, 1)),
            Act(("P", "Ctrl+P"), _(N_("print")), self.print_picture),
            Act(("Esc",), _(N_("show all doors")), self._show_all, self._is_filtered),
        )

    def enter(self, route: Route) -> None:
        """Show the building of the household ``route.record_id``, or the one shown last."""
        self._wanted_home = route.record_id
        self._read()
        self.map.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """A sync or an undo may have changed any door."""
        self._read()

    # --- Layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        edge = CONTENT_MARGIN_PX
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        shown = QWidget()
        column = scaled(self.look, QVBoxLayout(shown), (edge, 0, edge, CONTENT_GAP_PX), 8)
        self._bar = QWidget()
        self._bar_row = FlowLayout(self.look, self._bar, gap=12, line_gap=4)
        column.addWidget(self._bar)
        row = scaled(self.look, QHBoxLayout(), spacing=CONTENT_GAP_PX)
        self._card = Card(self.look, NO_MARGINS, 0)
        head = scaled(self.look, QVBoxLayout(), (10, 6, 10, 6), 0)
        head.addWidget(self.legend)
        self._card.body.addLayout(head)
        self._card.body.addWidget(Hairline(self.look))
        inner = scaled(self.look, QVBoxLayout(), (1, 0, 1, 6), 0)
        for part in (self.map, self._empty, self._failed):
            self._stack.addWidget(part)
        inner.addWidget(self._stack)
        self._card.body.addLayout(inner, 1)
        row.addWidget(self._card, 1)
        row.addWidget(self.aside)
        column.addLayout(row, 1)
        # A short window scrolls the whole page, so that nothing is squeezed.
        whole.addWidget(scrolling(shown))

    def _connect(self) -> None:
        self.places.chosen.connect(self._choose_place)
        self.colours.changed.connect(self._recolour)
        self.legend.chosen.connect(self.map.set_wanted)
        self.map.moved.connect(self._follow)
        self.map.opened.connect(self._open)
        self.aside.moved.connect(self.map.go_to)
        self.aside.opened.connect(self._open)
        self.aside.open_pressed.connect(self._open_current)
        self.aside.visit_pressed.connect(self._start_visit)
        self._failed.pressed.connect(self._read)
        self.look.changed.connect(self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange by the width of the window."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.window().width()
        wanted = arrangement(wide, self.look.scale)
        above = wide / self.look.scale >= _TOOLS_FROM_PX
        if above != self._tools_above or not self._bar_row.count():
            self._tools_above = above
            self._place_tools()
        self.map.setMinimumHeight(self.look.px(_LEAST_MAP_PX))
        has_map = self._stack.currentWidget() is self.map
        beside = not wanted.rail and has_map and not self._fits_names()
        self.aside.setVisible(beside)
        self.aside.setFixedWidth(self.look.px(304))

    def _place_tools(self) -> None:
        """In the top bar, or in a line of their own that breaks where it has to."""
        if not self._tools_above:
            self.headed.emit()  # The top bar gives them back first.
            for tool in (self.places, self.colours):
                self._bar_row.addWidget(tool)
                tool.show()
        else:
            while self._bar_row.count():
                self._bar_row.takeAt(0)
            self.headed.emit()
        self._bar.setVisible(not self._tools_above)

    def _fits_names(self) -> bool:
        """Whether the whole building would show names over the full width."""
        rows = max(1, len(self._picture.grid.rows))
        return self._stack.height() / rows >= self.look.px(52)

    # --- Reading ----------------------------------------------------------------------------------

    def _read(self) -> None:
        read = partial(_doors_of, self.place, self._place, self._wanted_home)
        ask_on(self.context.lanes.store, read, self._show, self._tell_failed, self)

    def _show(self, doors: BuildingDoors) -> None:
        is_other = self._doors is None or self._doors.line.key != doors.line.key
        self._doors, self._place = doors, doors.line.key
        self.places.show_places(doors.lines, doors.line.key)
        if not doors.lines:
            self._empty.say(
                _(N_("No household on this computer yet")),
                _(N_("They come with the first sync.")),
            )
            self._stack.setCurrentWidget(self._empty)
            self._arrange()
            return
        self._stack.setCurrentWidget(self.map)
        self.aside.show_doors(doors)
        self._paint_picture(keep_wanted=not is_other)
        self._arrange()
        wanted, self._wanted_home = self._wanted_home, ""
        if not (wanted and self.map.go_to(wanted)) and not self.map.currentIndex().isValid():
            self.map.set_wanted(self.map.wanted)
        self._follow(self.map.current_key())
        self.headed.emit()

    def _tell_failed(self, error: DoorstepError) -> None:
        if isinstance(error, NotFound) and self._place:
            self._place = ""  # Its doors moved away: show what is left.
            self._read()
            return
        self._failed.say(
            _(N_("This picture could not be read")), sentence_of(error), _(N_("Try again"))
        )
        self._stack.setCurrentWidget(self._failed)
        self._arrange()

    def _paint_picture(self, *, keep_wanted: bool) -> None:
        assert self._doors is not None
        self._picture = self._doors.picture(Colouring(self.colours.chosen()))
        counted = {item.key for item in self._picture.legend}
        wanted = self.map.wanted if keep_wanted and self.map.wanted in counted else None
        self.map.set_grid(self._picture.grid)
        self._model.replace(self._picture.cells)
        self.legend.set_items(self._picture.legend, wanted)
        if wanted != self.map.wanted:
            self.map.set_wanted(wanted)

    # --- What the person does ---------------------------------------------------------------------

    def _choose_place(self, key: str) -> None:
        self._place = key
        self._read()
        self.map.setFocus(Qt.FocusReason.OtherFocusReason)

    def _recolour(self, _key: str) -> None:
        if self._doors is not None and self._doors.lines:
            self._paint_picture(keep_wanted=True)

    def _follow(self, key: str) -> None:
        self.aside.allow(_is_home(key))

    def _only(self, wanted: LegendKey) -> None:
        """Show these alone; the same key again shows all."""
        counted = {item.key for item in self._picture.legend}
        if wanted in counted:
            chosen = None if self.map.wanted == wanted else wanted
            self.legend.choose(chosen)
            self.map.set_wanted(chosen)

    def _take_keyboard(self) -> None:
        """Arrows that no other part wants walk on the map."""
        self.map.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _is_filtered(self) -> bool:
        return self.map.wanted is not None

    def _show_all(self) -> None:
        self.legend.choose(None)
        self.map.set_wanted(None)

    def _only_overdue(self) -> None:
        """In the colours that know of it."""
        if not any(item.key is CellState.OVERDUE for item in self._picture.legend):
            self.colours.choose(Colouring.VISITS)
            self._recolour(Colouring.VISITS)
        self._only(CellState.OVERDUE)

    def _open(self, key: str) -> None:
        if _is_home(key):
            self.went.emit(Route("household", key))

    def _open_current(self) -> None:
        self._open(self.map.current_key())

    def _start_visit(self) -> None:
        if _is_home(self.map.current_key()):
            self.went.emit(Route("visit", self.map.current_key()))

    # --- Print ------------------------------------------------------------------------------------

    def print_picture(self) -> None:
        """Ask which printer; that it was printed is written down."""
        if self._doors is None or not self._doors.lines:
            return
        printer = QPrinter()
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(partial(self.print_on, printer))
        QDialog.open(dialog)  # Its own one wants a slot by name.

    def print_on(self, printer: QPrinter) -> None:
        """Print the picture, without a name on it, with who printed it and when."""
        assert self._doors is not None
        place, doors = self.place, self._doors
        when = moment_words(place.clock.now(), doors.today)
        who = place.store.account.user.name
        title = f"{doors.line.estate} {doors.line.name}".strip()
        foot = _(N_("Printed by {name}, {when}")).format(name=who, when=when)
        colours = Colouring(self.colours.chosen()).words
        print_building(printer, self._picture, (title, f"{doors.extent} · {colours}", foot))
        seen = [("area", doors.line.key, "print")]
        self.ask(partial(place.reveals.record, seen), lambda done: None)
        self.said.emit(_(N_("Printed: {name}")).format(name=title), None)


def _doors_of(place: Workplace, key: str, household_id: str) -> BuildingDoors:
    """The place of a household where one is named, else the place with ``key``."""
    return building_doors(place, place.buildings.line_of(household_id) if household_id else key)


def _is_home(key: str) -> bool:
    """Whether a household stands behind a cell's key, and not the door alone."""
    return bool(key) and not key.startswith("door:")
