"""Why a file cannot be read at all. A row that cannot be read is a problem, no error."""

from sync.errors import DoorstepError
from sync.i18n import N_


class FileMissing(DoorstepError):
    """There is no file to read."""

    code = "roster.missing"
    message = N_("There is no such file. Check the path and try again.")


class RosterUnreadable(DoorstepError):
    """Empty, damaged, or a kind of file that holds no table."""

    code = "roster.unreadable"
    message = N_(
        "This file cannot be read. Open it in the spreadsheet program, "
        "save it as .xlsx and try again."
    )


class RosterLocked(DoorstepError):
    """Encrypted with a password."""

    code = "roster.locked"
    message = N_(
        "This file is locked with a password. Open it, save it without the password and try again."
    )


class RosterTooLarge(DoorstepError):
    """More cells than any community has."""

    code = "roster.too_large"
    message = N_("This file has more than {most} cells. Split it and import the parts.")


class NotARoster(DoorstepError):
    """No sheet has the column names of a roster."""

    code = "roster.not_a_roster"
    message = N_(
        "This file is no roster. A roster has a row of column names with 姓名 and an address."
    )


class NotAnAreaTable(DoorstepError):
    """No sheet has the column names of an area table."""

    code = "areas.not_a_table"
    message = N_(
        "This file is no area table. "
        "An area table has a row of column names with 小区, 楼栋 and 网格."
    )
