"""Who works here, and what this computer is: what IT asks for on the phone."""

from collections.abc import Iterable
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.locking.idle import patience
from desktop.page import Page, Route
from desktop.services.policy import POLICY_WORDS, Policy
from desktop.services.updates import this_program
from desktop.theme.fonts import TextStep
from desktop.widgets.base import scaled
from desktop.widgets.button import Button
from desktop.widgets.card import Hairline, SectionTitle
from desktop.widgets.form_grid import FormGrid
from sync import __version__
from sync.i18n import _
from sync.schema import codes


def _version() -> str:
    """What runs, and what starts the next time where that is another."""
    installed = this_program(__version__)
    waits = installed.versions.waiting() if installed is not None else ""
    if not waits:
        return __version__
    return f"{__version__}  {_('Version {version} starts the next time.').format(version=waits)}"


class About(QWidget):
    """Two short lists, and the way to the handbook."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        look = page.look
        account, folder = page.place.store.account, page.place.folder
        posts = _(", ").join(_(codes.POST.get(post, post)) for post in account.user.posts)
        allowed = folder.policy.patience(patience(account.user.posts))
        minutes = allowed // timedelta(minutes=1)
        column = scaled(look, QVBoxLayout(self), (28, 16, 28, 20), 12)
        column.addWidget(SectionTitle(look, _("Who works here"), step=TextStep.TITLE))
        column.addWidget(
            self._grid(
                (
                    (_("Name"), account.user.name),
                    (_("Login"), account.user.login),
                    (_("Post"), posts),
                    (_("Community"), account.user.community_name),
                )
            )
        )
        column.addWidget(Hairline(look))
        column.addWidget(SectionTitle(look, _("This computer"), step=TextStep.TITLE))
        column.addWidget(
            self._grid(
                (
                    (_("Name of this computer"), account.device_name),
                    (_("Server"), account.server),
                    (_("Profile"), folder.name),
                    (
                        _("Locks by itself"),
                        _("after {n} minutes without a touch").format(n=minutes),
                    ),
                    (_("Version"), _version()),
                )
            )
        )
        self._add_policy(column, folder.policy)
        column.addWidget(Hairline(look))
        handbook = Button(look, _("Open the handbook"), icon="book-open", key="F1")
        handbook.clicked.connect(self._open_handbook)
        column.addWidget(handbook, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def _add_policy(self, column: QVBoxLayout, policy: Policy) -> None:
        """What IT set for everybody on this computer, and where: nobody changes it here."""
        if not policy.told():
            return
        column.addWidget(Hairline(self._page.look))
        title = SectionTitle(self._page.look, _("Set by IT"), policy.source, step=TextStep.TITLE)
        column.addWidget(title)
        column.addWidget(
            self._grid((_(POLICY_WORDS[name]), value) for name, value in policy.told())
        )

    def _grid(self, lines: Iterable[tuple[str, str]]) -> FormGrid:
        grid = FormGrid(self._page.look)
        for label, value in lines:
            grid.add_value(label, value)
        return grid

    def _open_handbook(self) -> None:
        self._page.went.emit(Route("handbook"))
