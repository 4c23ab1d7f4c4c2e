"""What is wrong in a table and how to mend it: places and rules, never what a cell holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sync.i18n import N_, _


class Effect(StrEnum):
    """What a problem costs: the whole row, its cell, or nothing but a look."""

    ROW = "row"
    CELL = "cell"
    NOTE = "note"


@dataclass(frozen=True)
class ProblemKind:
    """A kind of problem. Both texts are marked, not yet translated."""

    effect: Effect
    what: str
    mend: str


_AS_TEXT: Final = N_("Format the column as text and type the value again.")
_CHECK_ID: Final = N_("Compare it with the card and type it again.")

KINDS: Final[Mapping[str, ProblemKind]] = MappingProxyType(
    {
        "id.lost_digits": ProblemKind(
            Effect.CELL,
            N_("The ID number has lost its last digits, because the cell was a number."),
            N_("Format the column as text and paste the numbers again from their source."),
        ),
        "id.zeros": ProblemKind(
            Effect.CELL,
            N_("The ID number ends in 000 and does not add up: mistyped, or kept as a number."),
            _CHECK_ID,
        ),
        "id.old": ProblemKind(
            Effect.CELL, N_("An ID number of 15 digits is no longer valid."), _CHECK_ID
        ),
        "id.length": ProblemKind(
            Effect.CELL, N_("An ID number has 18 characters, this one has not."), _CHECK_ID
        ),
        "id.characters": ProblemKind(
            Effect.CELL,
            N_("An ID number has digits only, and perhaps an X at its end."),
            _CHECK_ID,
        ),
        "id.birth": ProblemKind(
            Effect.CELL, N_("The ID number tells a day of birth that does not exist."), _CHECK_ID
        ),
        "id.check": ProblemKind(
            Effect.CELL, N_("The check digit of the ID number does not fit."), _CHECK_ID
        ),
        "phone.wrong": ProblemKind(
            Effect.CELL,
            N_("A phone number in this cell has too many or too few digits."),
            N_("Type the number again, several numbers with 、 between them."),
        ),
        "birth.wrong": ProblemKind(
            Effect.CELL,
            N_("The day of birth is not a full date."),
            N_("Write it like 1950-03-02."),
        ),
        "birth.differs": ProblemKind(
            Effect.NOTE,
            N_("The day of birth differs from the ID number; the ID number was taken."),
            N_("Correct whichever is wrong."),
        ),
        "sex.unknown": ProblemKind(
            Effect.CELL, N_("The sex is not readable."), N_("Write 男 or 女.")
        ),
        "sex.differs": ProblemKind(
            Effect.NOTE,
            N_("The sex differs from the ID number; the ID number was taken."),
            N_("Correct whichever is wrong."),
        ),
        "relation.unknown": ProblemKind(
            Effect.CELL,
            N_("This relation to the head is not known."),
            N_("Use 户主, 配偶, 子, 女, 孙子, 父亲, 母亲 or 其他."),
        ),
        "word.unknown": ProblemKind(
            Effect.NOTE,
            N_("A word in this cell is not known and was left out."),
            N_("Use the usual words with 、 between them, such as 独居、低保、残疾二级."),
        ),
        "remark.free": ProblemKind(
            Effect.NOTE,
            N_("Free text in this column is not imported, only words of care are."),
            N_("Write what matters into the household's notes."),
        ),
        "name.missing": ProblemKind(
            Effect.ROW,
            N_("The row has no name."),
            N_("Fill in the name, or delete the row. For an empty home write 空户 as the name."),
        ),
        "address.missing": ProblemKind(
            Effect.ROW, N_("The row has no address."), N_("Fill in the building, unit and room.")
        ),
        "address.unclear": ProblemKind(
            Effect.ROW,
            N_("The address names no door."),
            N_("Write it like 6栋2单元1602, or 平安巷12号 in a yard."),
        ),
        "address.date": ProblemKind(
            Effect.ROW,
            N_("The spreadsheet turned this address into a date."),
            _AS_TEXT,
        ),
        "person.twice": ProblemKind(
            Effect.NOTE,
            N_("The same person stands in row {other}; both rows were taken as one."),
            N_("Delete one of the two rows."),
        ),
        "person.elsewhere": ProblemKind(
            Effect.ROW,
            N_("The same ID number stands in row {other} at another door; that row was taken."),
            N_("Keep the row where the person lives."),
        ),
        "person.other_name": ProblemKind(
            Effect.ROW,
            N_("Row {other} has the same ID number with another name; that row was taken."),
            N_("Correct the ID number in one of the two rows."),
        ),
        "household.no_head": ProblemKind(
            Effect.NOTE,
            N_("Nobody of this household is its head."),
            N_("Write 户主 as one member's relation."),
        ),
        "household.two_grids": ProblemKind(
            Effect.NOTE,
            N_("This row names another grid than row {other} of its household; that one stands."),
            N_("Give all members of a household the same grid."),
        ),
        "sheet.no_header": ProblemKind(
            Effect.NOTE,
            N_("This sheet has no row of column names and was passed over."),
            N_("If it holds residents, put the column names above them."),
        ),
        "sheet.hidden": ProblemKind(
            Effect.NOTE,
            N_("This sheet is hidden and was passed over."),
            N_("If it holds residents, show it in the spreadsheet program and import again."),
        ),
        "area.nothing": ProblemKind(
            Effect.ROW,
            N_("The row names no estate, building or grid."),
            N_("Fill in the estate, the building and the grid, or delete the row."),
        ),
        "building.unclear": ProblemKind(
            Effect.ROW, N_("The building has no readable number."), N_("Write it like 6号楼.")
        ),
        "building.no_estate": ProblemKind(
            Effect.ROW,
            N_("The building belongs to no estate."),
            N_("Fill in the estate of this building."),
        ),
        "building.no_grid": ProblemKind(
            Effect.NOTE,
            N_("This building or courtyard has no grid."),
            N_("Fill in its grid; until then its households need one of their own."),
        ),
        "building.twice": ProblemKind(
            Effect.ROW,
            N_("Row {other} names the same building or courtyard; that row was taken."),
            N_("Keep one row for each building."),
        ),
        "number.wrong": ProblemKind(
            Effect.CELL, N_("This cell holds no whole number."), N_("Write digits alone.")
        ),
        "lift.unknown": ProblemKind(
            Effect.CELL, N_("Whether there is a lift is not readable."), N_("Write 有 or 无.")
        ),
    }
)


@dataclass(frozen=True, order=True)
class RowProblem:
    """One problem at one place. ``row`` counts from 1 as the spreadsheet shows it, ``column`` is
    its letter. A whole row has no column, a whole sheet no row (0). ``other`` is the row that
    this one is compared with.
    """

    sheet: str
    row: int
    column: str
    code: str
    other: str = ""

    @property
    def effect(self) -> Effect:
        """What it costs."""
        return KINDS[self.code].effect

    @property
    def what(self) -> str:
        """What is wrong, in the language in use."""
        return _(KINDS[self.code].what).format(other=self.other)

    @property
    def mend(self) -> str:
        """How to mend it, in the language in use."""
        return _(KINDS[self.code].mend)
