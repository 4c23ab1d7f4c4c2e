"""What is asked about colleagues: an account, a post, a code."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from desktop.page import ask_on
from desktop.pages.people.ask_panel import Choose, Line, labels
from desktop.services.office_desk import CodeReply, PostRequest
from desktop.viewmodels.people import SAMPLE_DAY
from sync.i18n import N_, _
from sync.schema.codes import POST

if TYPE_CHECKING:
    from desktop.pages.people.asking import Asking


class StaffAsks:
    """Acts about those who sign in."""

    def __init__(self, asking: "Asking") -> None:
        self._asking = asking
        self._page = asking.page
        self._wanted_code: object | None = None

    def add(self) -> None:
        """A new colleague."""
        parts = (
            Line("name", _(N_("Name")), ""),
            Line("login", _(N_("User")), "", _(N_("small Latin letters, such as wangfang"))),
            Line("phone", _(N_("Phone")), ""),
        )

        def add(told: dict[str, Any]) -> None:
            add_account = self._page.place.office.add_account
            write = partial(add_account, told["login"], told["name"], told["phone"])
            words = _(N_("{name} is here. Next: a post, then a code.")).format(name=told["name"])
            self._asking.server(write, words)

        self._asking.show(_(N_("New colleague")), _(N_("Add")), parts, add)

    def post(self, key: str) -> None:
        """Give somebody a post."""
        colleague = self._page.lists.colleague(key)
        if colleague is None:
            return
        posts = {name: words for name, words in labels(POST).items() if name != "it_admin"}
        community = self._page.place.store.account.user.community_name
        rosters = self._page.place.rosters

        def areas(told: Mapping[str, Any]) -> list[str]:
            return rosters.areas_for(str(told.get("post") or ""))

        parts = (
            Choose("post", _(N_("Post")), posts),
            Line("area", _(N_("Area")), community, _(N_("such as 第3网格")), areas),
            Line("valid_from", _(N_("From")), self._page.place.day().isoformat(), SAMPLE_DAY),
            Line("valid_to", _(N_("Until")), "", SAMPLE_DAY),
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

            self._asking.server(write, _(N_("{name} has the post")).format(name=colleague.name))

        self._asking.show(colleague.name, _(N_("Give a post")), parts, give)

    def code(self, key: str) -> None:
        """Ask the server for a code, which is shown once."""
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
