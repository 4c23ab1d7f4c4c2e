"""The tally of a campaign as a spreadsheet: counts alone, and who wrote it out when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

from desktop.services.campaign_records import Campaign, label_of
from desktop.services.exports.sheets import new_book, write_cell
from desktop.services.exports.table import Cell
from sync.i18n import N_, _, catalogue
from sync.rules.questions import Question, QuestionKind, said
from sync.rules.tally import PlaceCount, QuestionCount, Tally


def write_tally(path: Path, campaign: Campaign, counted: Tally, who: str, day: date) -> None:
    """Write the tally: a row for each building, a column for each count. Raises OSError."""
    content = BytesIO()
    with new_book(content) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_(N_("Tally")))
        write_cell(sheet, (0, 0), campaign.title, bold)
        told = _(N_("Written out by {who} on {day}. Counts alone, no names."))
        write_cell(sheet, (1, 0), told.format(who=who, day=day.isoformat()))
        for at, row in enumerate(table(campaign, counted), start=3):
            for column, cell in enumerate(row):
                if cell is not None:
                    write_cell(sheet, (at, column), cell, bold if at in (3, 4) else None)
        sheet.set_column(0, 0, 24)
        sheet.freeze_panes(5, 1)
    path.write_bytes(content.getvalue())


def table(campaign: Campaign, counted: Tally) -> list[list[Cell]]:
    """Two rows of heads, one for each building, and the sum."""
    heads: list[list[Cell]] = [
        ["", "", "", ""],
        [
            _(N_("Building")),
            _(N_("Households")),
            _(N_("Answered")),
            _(N_("Two different sheets")),
        ],
    ]
    for question in campaign.questions.questions:
        columns = list(_columns(question, counted.all.questions[question.name]))
        heads[0] += [label_of(question), *[""] * (len(columns) - 1)]
        heads[1] += columns
    last = replace(counted.all, building=_(N_("All")))
    return [*heads, *(_row(campaign, place, counted) for place in (*counted.places, last))]


def _columns(question: Question, count: QuestionCount) -> Iterator[str]:
    yield _(N_("Answered"))
    if question.kind.chooses:
        for name in count.choices:
            choice = question.choice(name)
            yield said(choice.label, catalogue.language) if choice else name
    elif question.kind is QuestionKind.INTEGER:
        yield from (_(N_("Sum")), _(N_("Least")), _(N_("Most")))
    elif question.kind is QuestionKind.DATE:
        yield from (_(N_("Earliest")), _(N_("Latest")))


def _row(campaign: Campaign, place: PlaceCount, counted: Tally) -> list[Cell]:
    row: list[Cell] = [place.building, place.doors, place.answered, place.differing]
    for question in campaign.questions.questions:
        count = place.questions[question.name]
        row.append(count.answered)
        if question.kind.chooses:
            names = counted.all.questions[question.name].choices
            row += [count.choices.get(name, 0) for name in names]
        elif question.kind is QuestionKind.INTEGER:
            row += [count.total, count.least, count.most]
        elif question.kind is QuestionKind.DATE:
            row += [count.least, count.most]
    return row
