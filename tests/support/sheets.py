"""Opening what was exported, as whoever has the password does."""

from io import BytesIO
from pathlib import Path

from msoffcrypto.format.ooxml import OOXMLFile
from python_calamine import CalamineWorkbook


def unsealed(path: Path, password: str) -> BytesIO:
    """The spreadsheet in a sealed file."""
    opened = BytesIO()
    file = OOXMLFile(BytesIO(path.read_bytes()))
    file.load_key(password=password, verify_password=True)
    file.decrypt(opened, verify_integrity=True)
    opened.seek(0)
    return opened


def rows_of(sheet: BytesIO | Path) -> list[list[object]]:
    """The cells of its first sheet."""
    source = BytesIO(sheet.read_bytes()) if isinstance(sheet, Path) else sheet
    sheet_read = CalamineWorkbook.from_filelike(source).get_sheet_by_index(0)
    return sheet_read.to_python(skip_empty_area=False)
