"""What each act asks for before it is done, and how it is done."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt

from desktop.jobs.lanes import Lane
from desktop.page import ask_on
from desktop.pages.people.ask_panel import AskPanel, Choose, Line
from desktop.services.households import HouseholdLine
from desktop.services.office_desk import CodeReply, PostRequest
from desktop.services.roster import OpenedHelper
from desktop.services.typed_doors import behind
from desktop.viewmodels.people import STAFF
from sync.errors import DoorstepError, EstateWanted
from sync.i18n import N_, _, n_
from sync.schema.codes import MEMBER_POST, POST

if TYPE_CHECKING:
    from desktop.pages.people.page import PeoplePage

_DAY: Final = "2026-06-18"


class Asking:
    """Opens a panel for an act, and keeps it open with the reason until it is done."""

    def __init__(self, page: "PeoplePage") -> None:
        self._page = page
        self.panel: AskPanel | None = None
        self._wanted_code: object | None = None

    def ask(self, act: str, key: str) -> None:
        """Begin an act about a row."""
        begin: Mapping[str, Callable[[str], None]] = {
            "new": self._new,
            "edit": self._edit,
            "cover": self._cover,
            "end": self._end,
            "post": self._post,
            "code": self._code,
            "move": self._move,
            "withdraw": self._withdraw,
        }
        begin[act](key)

    # --- The roster -------------------------------------------------------------------------------

    def _new(self, key: str) -> None:
        if self._page.lists.tab == STAFF:
            self._account()
            return
        _kind, post, area_id, unit = key.split(":") if key.startswith("vacant:") else [""] * 4
        place = self._page.place.rosters.place(area_id) if area_id else ""
        parts = (
            Choose("post", _(N_("Post")), _labels(MEMBER_POST), [post] if post else []),
            Line("area", _(N_("Area")), place, _(N_("such as 第3网格 or 丰和苑6号楼"))),
            Line("unit", _(N_("Unit")), unit),
            *self._helper_lines({}),
        )
        self._open(_(N_("New in the roster")), _(N_("Save")), parts, self._save_new)

    def _save_new(self, told: dict[str, Any]) -> None:
        rosters = self._page.place.rosters

        def save() -> str:
            area_id = rosters.find_area(str(told["area"]))
            return rosters.save(self._helper(told) | {"area_id": area_id})

        self._store(save, _(N_("Saved in the roster")))

    def _edit(self, key: str) -> None:
        helper = self._page.lists.helper(key)
        if helper is not None:
            self._page.ask(partial(self._page.place.rosters.open, helper.id), self._open_edit)

    def _open_edit(self, opened: OpenedHelper) -> None:
        shown = opened.saw.shown
        values = {name: shown.get(name) or "" for name in _HELPER_FIELDS}
        parts = self._helper_lines(values | {"full_time": bool(shown.get("full_time"))})

        def save(told: dict[str, Any]) -> None:
            rosters, told_of = self._page.place.rosters, self._helper(told)
            write = partial(rosters.save, told_of, opened.id, opened.saw)
            self._store(write, _(N_("Saved in the roster")))

        self._open(str(values["name"]), _(N_("Save")), parts, save)

    def _helper_lines(self, values: Mapping[str, Any]) -> Sequence[Line | Choose]:
        works = {"full": _(N_("full-time")), "part": _(N_("part-time"))}
        chosen = ["full" if values["full_time"] else "part"] if "full_time" in values else []
        return (
            Line("name", _(N_("Name")), str(values.get("name", ""))),
            Line("phone", _(N_("Phone")), str(values.get("phone", ""))),
            Line("department", _(N_("Department")), str(values.get("department", ""))),
            Choose("works", _(N_("Works")), works, chosen),
            Line("valid_from", _(N_("From")), str(values.get("valid_from", "")), _DAY),
            Line("valid_to", _(N_("Until")), str(values.get("valid_to", "")), _DAY),
        )

    @staticmethod
    def _helper(told: Mapping[str, Any]) -> dict[str, Any]:
        fields = {name: told.get(name) or None for name in ("post", "unit", *_HELPER_FIELDS)}
        return fields | {"full_time": {"full": True, "part": False}.get(str(told.get("works")))}

    # --- Ends and cover ---------------------------------------------------------------------------

    def _end(self, key: str) -> None:
        today = self._page.place.day().isoformat()
        helper, colleague = self._page.lists.helper(key), self._page.lists.colleague(key)
        day = Line("day", _(N_("Last day")), today, _DAY)
        if helper is not None:
            end = self._page.place.rosters.end

            def end_helper(told: dict[str, Any]) -> None:
                undo = partial(self._page.place.rosters.give_back, helper.id, helper.valid_to)
                words = _(N_("The post of {name} ends")).format(name=helper.name)
                self._store(partial(end, helper.id, told["day"]), words, undo)

            self._open(helper.name, _(N_("End the post")), (day,), end_helper)
        elif colleague is not None:
            choices = {
                one.id: f"{_(POST.get(one.post, one.post))} {one.area}"
                for one in colleague.posts
                if one.holds
            }
            first = list(choices)[:1]
            parts = (Choose("post", _(N_("Post")), choices, first), day)

            def end_post(told: dict[str, Any]) -> None:
                write = partial(self._page.place.office.end_post, told["post"], told["day"])
                self._server(write, _(N_("The post ends on {day}")).format(day=told["day"]))

            self._open(colleague.name, _(N_("End the post")), parts, end_post)

    def _cover(self, key: str) -> None:
        helper = self._page.lists.helper(key)
        if helper is not None:
            self._cover_helper(helper.id)
            return
        load, colleague = self._page.lists.load_of(key), self._page.lists.colleague(key)
        away = load.staff_id if load else colleague.id if colleague else ""
        read = self._page.lists.read
        if not away or read is None:
            return
        everybody = {one.id: one.name for one in read.staff if one.id != away}
        absent = next(one for one in read.staff if one.id == away)
        posts = {
            f"{one.post}:{one.area_id}": f"{_(POST.get(one.post, one.post))} {one.area}"
            for one in absent.posts
            if one.holds and not one.covers
        }
        wanted = [f"grid_worker:{load.grid_id}"] if load else list(posts)[:1]
        parts = (
            Line("valid_from", _(N_("Away from")), self._page.place.day().isoformat(), _DAY),
            Line("valid_to", _(N_("Away until")), "", _DAY),
            Choose("who", _(N_("Who stands in")), everybody),
            Choose("post", _(N_("Post")), posts, wanted),
        )

        def give(told: dict[str, Any]) -> None:
            post, _colon, area_id = str(told["post"]).partition(":")
            asked = PostRequest(
                staff_id=told["who"],
                post=post,
                area_id=area_id,
                valid_from=told["valid_from"],
                valid_to=told["valid_to"],
                substitute_for=away,
            )
            words = _(N_("{name} is covered")).format(name=absent.name)
            self._server(partial(self._page.place.office.give_post, asked), words)

        title = _(N_("Cover for {name}")).format(name=absent.name)
        self._open(title, _(N_("Cover")), parts, give)

    def _cover_helper(self, helper_id: str) -> None:
        helper = self._page.lists.helper(f"helper:{helper_id}")
        assert helper is not None

        def save(told: dict[str, Any]) -> None:
            fields = self._helper(told) | {
                "post": helper.post,
                "area_id": helper.area_id,
                "unit": helper.unit,
                "substitute_for": helper.id,
            }
            write = partial(self._page.place.rosters.save, fields)
            self._store(write, _(N_("{name} is covered")).format(name=helper.name))

        title = _(N_("Cover for {name}")).format(name=helper.name)
        self._open(title, _(N_("Cover")), self._helper_lines({}), save)

    # --- Colleagues -------------------------------------------------------------------------------

    def _account(self) -> None:
        parts = (
            Line("name", _(N_("Name")), ""),
            Line("login", _(N_("User")), "", _(N_("small Latin letters, such as wangfang"))),
            Line("phone", _(N_("Phone")), ""),
        )

        def add(told: dict[str, Any]) -> None:
            add_account = self._page.place.office.add_account
            write = partial(add_account, told["login"], told["name"], told["phone"])
            words = _(N_("{name} is here. Next: a post, then a code.")).format(name=told["name"])
            self._server(write, words)

        self._open(_(N_("New colleague")), _(N_("Add")), parts, add)

    def _post(self, key: str) -> None:
        colleague = self._page.lists.colleague(key)
        if colleague is None:
            return
        posts = {name: words for name, words in _labels(POST).items() if name != "it_admin"}
        community = self._page.place.store.account.user.community_name
        parts = (
            Choose("post", _(N_("Post")), posts),
            Line("area", _(N_("Area")), community, _(N_("such as 第3网格"))),
            Line("valid_from", _(N_("From")), self._page.place.day().isoformat(), _DAY),
            Line("valid_to", _(N_("Until")), "", _DAY),
        )

        def give(told: dict[str, Any]) -> None:
            def write() -> object:
                asked = PostRequest(
                    colleague.id,
                    told["post"],
                    self._page.place.rosters.find_area(told["area"]),
                    told["valid_from"],
                    told["valid_to"],
                )
                return self._page.place.office.give_post(asked)

            self._server(write, _(N_("{name} has the post")).format(name=colleague.name))

        self._open(colleague.name, _(N_("Give a post")), parts, give)

    def _code(self, key: str) -> None:
        colleague = self._page.lists.colleague(key)
        if colleague is not None:
            page, read = self._page, partial(self._page.place.office.code, colleague.id)
            self._wanted_code = asked = object()
            show = partial(self._show_code, asked, colleague.id)
            ask_on(page.context.lanes.net, read, show, page.failed.emit, page)

    def _show_code(self, asked: object, staff_id: str, reply: CodeReply) -> None:
        if self._wanted_code is asked:
            self._page.lists.code, self._page.lists.code_of = reply.code, staff_id
            self._page.show_rows()

    def forget_code(self) -> None:
        """Show no code that is still on its way."""
        self._wanted_code = None

    # --- Areas ------------------------------------------------------------------------------------

    def _move(self, key: str) -> None:
        lists = self._page.lists
        title, ids = lists.behind(key) if not lists.homes else (lists.homes_title, ())
        among = ids or tuple(one.id for one in lists.homes)
        if among:
            read = partial(self._page.place.grids.lines, tuple(among))
            self._page.ask(read, partial(self._open_move, key, title))

    def _open_move(self, key: str, title: str, lines: list[HouseholdLine]) -> None:
        among = tuple(one.id for one in lines)
        area_id = key.removeprefix("area:") if key.startswith("area:") else ""
        levels = {"micro_grid": _(N_("micro-grid")), "grid": _(N_("grid"))}
        parts: list[Line | Choose] = [
            Line(
                "doors", _(N_("Which doors")), "", _(N_("such as 6-1 or 丰和苑6-2; all if empty"))
            ),
            Choose("level", _(N_("Into a")), levels, ["micro_grid"]),
            Line("to", _(N_("Its name, known or new")), ""),
            Line("day", _(N_("From")), self._page.place.day().isoformat(), _DAY),
        ]
        if area_id:
            ends = {"ends": _(N_("{area} ends then")).format(area=title)}
            parts.append(Choose("ends", _(N_("Merge")), ends, many=True))

        def send(told: dict[str, Any]) -> None:
            def write() -> object:
                asked = self._page.place.grids.change(
                    among,
                    doors=told["doors"],
                    to=told["to"],
                    day=told["day"],
                    is_micro=told["level"] == "micro_grid",
                    ends=area_id if told.get("ends") else "",
                )
                return self._page.place.office.regroup(asked)

            words = _(N_("{area} from {day}")).format(area=told["to"], day=told["day"])
            self._server(write, words)

        self._open(title, _(N_("Split, merge or move")), parts, send, partial(_doors_meant, lines))

    def _withdraw(self, key: str) -> None:
        take_back = partial(self._page.place.office.withdraw, key.removeprefix("plan:"))
        self.close()
        self._server(take_back, _(N_("The planned change is taken back")))

    # --- Doing ------------------------------------------------------------------------------------

    def _open(
        self,
        title: str,
        button: str,
        parts: Sequence[Line | Choose],
        then: Callable[[dict[str, Any]], None],
        tells: Callable[[Mapping[str, Any]], str] | None = None,
    ) -> None:
        self.close()
        panel = AskPanel(self._page.look, self._page, title, button, parts, then, tells)
        panel.closed.connect(self.close)
        self.panel = panel
        panel.open()

    def close(self) -> None:
        """Leave what is open."""
        panel, self.panel = self.panel, None
        if panel is not None:
            panel.dismiss()
            panel.deleteLater()
            self._page.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def _store(
        self, work: Callable[[], object], words: str, undo: Callable[[], None] | None = None
    ) -> None:
        """An ordinary edit: saved here, sent with the next sync."""
        self._run(self._page.context.lanes.store, work, words, undo)

    def _server(self, work: Callable[[], object], words: str) -> None:
        """What only the server can do: it needs the line."""
        self._run(self._page.context.lanes.net, work, words, None)

    def _run(
        self, lane: Lane, work: Callable[[], object], words: str, undo: Callable[[], None] | None
    ) -> None:
        # The answer belongs to the panel that asked, and another one may be open by then.
        panel = self.panel
        if panel is not None:
            panel.save.setEnabled(False)
        done, refuse = partial(self._done, panel, words, undo), partial(self._refuse, panel)
        ask_on(lane, work, done, refuse, self._page)

    def _done(
        self, panel: AskPanel | None, words: str, undo: Callable[[], None] | None, _result: object
    ) -> None:
        if self.panel is panel:
            self.close()
        self._page.said.emit(words, undo)
        self._page.changed.emit()
        self._page.refresh()

    def _refuse(self, panel: AskPanel | None, error: DoorstepError) -> None:
        if panel is not None and self.panel is panel:
            panel.save.setEnabled(True)
            panel.say(error.sentence())
        else:
            self._page.failed.emit(error)


_HELPER_FIELDS: Final = ("name", "phone", "department", "valid_from", "valid_to")


def _doors_meant(lines: Sequence[HouseholdLine], told: Mapping[str, Any]) -> str:
    """How many households what was typed moves, before anything moves."""
    try:
        count = len(behind(lines, str(told["doors"])))
    except EstateWanted as error:
        return error.sentence()
    return n_(
        "{count} of {in_all} households is moved", "{count} of {in_all} households are moved", count
    ).format(count=count, in_all=len(lines))


def _labels(codes: Mapping[str, str]) -> dict[str, str]:
    return {key: _(label) for key, label in codes.items()}
