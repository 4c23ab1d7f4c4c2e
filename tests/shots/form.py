"""The question set of the pictures: gas safety, as staff would write it in a spreadsheet."""

from pathlib import Path
from typing import Final

import xlsxwriter

_LABEL: Final = ("label::中文 (zh)", "label::English (en)")
_SURVEY: Final = (
    ("type", "name", *_LABEL, "required", "relevant", "constraint"),
    ("select_one fuel", "fuel", "家里用什么燃气", "Which gas is used", "yes", "", ""),
    ("integer", "age", "软管用了几年", "How old is the hose", "yes", "${fuel} = 'pipe'", ". <= 30"),
    ("select_multiple risk", "risks", "看到哪些问题", "What was seen", "", "", ""),
    ("date", "day", "上次安检是哪天", "Day of the last check", "", "${fuel} = 'pipe'", ""),
    ("text", "note", "还有什么要说的", "Anything else", "", "", ""),
)
_CHOICES: Final = (
    ("list_name", "name", *_LABEL),
    ("fuel", "pipe", "管道燃气", "Piped gas"),
    ("fuel", "bottle", "液化气钢瓶", "Gas bottle"),
    ("fuel", "none", "不用燃气", "None"),
    ("risk", "hose", "软管老化", "Old hose"),
    ("risk", "vent", "烟道不通", "Blocked flue"),
    ("risk", "alarm", "没装报警器", "No alarm"),
)
_SETTINGS: Final = (("form_title", "form_id", "version"), ("燃气安全排查", "gas", "1"))


def write_form(file: Path) -> Path:
    """Write it to ``file``."""
    with xlsxwriter.Workbook(file) as book:
        sheets = {"survey": _SURVEY, "choices": _CHOICES, "settings": _SETTINGS}
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return file
