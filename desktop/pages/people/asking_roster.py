"""What is asked about posts: who holds one, until when, and who stands in."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from desktop.pages.people.ask_panel import Choose, Line, labels
from desktop.services.office_desk import PostRequest
from desktop.services.roster import OpenedHelper
from desktop.viewmodels.people import SAMPLE_DAY, STAFF
from sync.i18n import N_, _
from sync.schema.codes import MEMBER_POST, POST

if TYPE_CHECKING:
    from desktop.pages.people.asking import Asking

_HELPER_FIELDS: Final = ("name", "phone", "department", "valid_from", "valid_to")


class RosterAsks:
    """Acts about helpers, and about the ends and the cover of any post."""

    def __init__(self, asking: "Asking") -> None:
        self._asking = asking
        self._page = asking.page

    def new(self, key: str) -> None:
        """Somebody for a post of the roster; a colleague where that list is shown."""
        if self._page.lists.tab == STAFF:
            self._asking.staff.add()
            return
        _kind, post, area_id, unit = key.split(":") if key.startswith("vacant:") else [""] * 4
        place = self._page.place.rosters.place(area_id) if area_id else ""
        parts = (
            Choose("post", _(N_("Post")), labels(MEMBER_POST), [post] if post else []),
            Line("area", _(N_("Area")), place, _(N_("such as 第3网格 or 丰和苑6号楼"))),
            Line("unit", _(N_("Stair")), unit),
            *self._helper_lines({}),
        )
        self._asking.show(_(N_("New in the roster")), _(N_("Save")), parts, self._save_new)

    def _save_new(self, told: dict[str, Any]) -> None:
        rosters = self._page.place.rosters

        def save() -> str:
            area_id = rosters.find_area(str(told["area"]))
            return rosters.save(self._helper(told) | {"area_id": area_id})

        self._asking.store(save, _(N_("Saved in the roster")))

    def edit(self, key: str) -> None:
        """Change what is known of a helper."""
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
            self._asking.store(write, _(N_("Saved in the roster")))

        self._asking.show(str(values["name"]), _(N_("Save")), parts, save)

    def _helper_lines(self, values: Mapping[str, Any]) -> Sequence[Line | Choose]:
        works = {"full": _(N_("full-time")), "part": _(N_("part-time"))}
        chosen = ["full" if values["full_time"] else "part"] if "full_time" in values else []
        return (
            Line("name", _(N_("Name")), str(values.get("name", ""))),
            Line("phone", _(N_("Phone")), str(values.get("phone", ""))),
            Line("department", _(N_("Department")), str(values.get("department", ""))),
            Choose("works", _(N_("Works")), works, chosen),
            Line("valid_from", _(N_("From")), str(values.get("valid_from", "")), SAMPLE_DAY),
            Line("valid_to", _(N_("Until")), str(values.get("valid_to", "")), SAMPLE_DAY),
        )

    @staticmethod
    def _helper(told: Mapping[str, Any]) -> dict[str, Any]:
        fields = {name: told.get(name) or None for name in ("post", "unit", *_HELPER_FIELDS)}
        return fields | {"full_time": {"full": True, "part": False}.get(str(told.get("works")))}

    def end(self, key: str) -> None:
        """The last day of a post."""
        today = self._page.place.day().isoformat()
        helper, colleague = self._page.lists.helper(key), self._page.lists.colleague(key)
        day = Line("day", _(N_("Last day")), today, SAMPLE_DAY)
        if helper is not None:
            end = self._page.place.rosters.end

            def end_helper(told: dict[str, Any]) -> None:
                undo = partial(self._page.place.rosters.give_back, helper.id, helper.valid_to)
                words = _(N_("The post of {name} ends")).format(name=helper.name)
                self._asking.store(partial(end, helper.id, told["day"]), words, undo)

            self._asking.show(helper.name, _(N_("End the post")), (day,), end_helper)
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
                self._asking.server(write, _(N_("The post ends on {day}")).format(day=told["day"]))

            self._asking.show(colleague.name, _(N_("End the post")), parts, end_post)

    def cover(self, key: str) -> None:
        """Who stands in, and until when."""
        helper = self._page.lists.helper(key)
        if helper is not None:
            self._cover_helper(helper.id)
            return
        load, colleague = self._page.lists.load_of(key), self._page.lists.colleague(key)
        task = self._page.lists.task(key)
        away = load.staff_id if load else colleague.id if colleague else ""
        away = away or (task.owner_id if task else "")
        read = self._page.lists.read
        if not away or read is None:
            return
        everybody = {one.id: one.name for one in read.staff if one.id != away}
        absent = next((one for one in read.staff if one.id == away), None)
        if absent is None:
            return
        posts = {
            f"{one.post}:{one.area_id}": f"{_(POST.get(one.post, one.post))} {one.area}"
            for one in absent.posts
            if one.holds and not one.covers
        }
        wanted = [f"grid_worker:{load.grid_id}"] if load else list(posts)[:1]
        parts = (
            Line(
                "valid_from",
                _(N_("Away from")),
                self._page.place.day().isoformat(),
                SAMPLE_DAY,
            ),
            Line("valid_to", _(N_("Away until")), "", SAMPLE_DAY),
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
            self._asking.server(partial(self._page.place.office.give_post, asked), words)

        title = _(N_("Cover for {name}")).format(name=absent.name)
        self._asking.show(title, _(N_("Cover")), parts, give)

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
            self._asking.store(write, _(N_("{name} is covered")).format(name=helper.name))

        title = _(N_("Cover for {name}")).format(name=helper.name)
        self._asking.show(title, _(N_("Cover")), self._helper_lines({}), save)
