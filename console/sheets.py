"""Spreadsheets of figures (XLSX). A text never becomes a formula, whoever typed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from starlette.responses import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
LONGEST_TITLE = 31  # what spreadsheets allow
NOT_IN_A_TITLE = str.maketrans("", "", "[]:*?/\\")
HEAD = PatternFill("solid", fgColor="E0F1ED")
Cell = str | int | float | None


@dataclass(frozen=True)
class Sheet:
    """One page: what stands above, the header, the rows; the last row is bold when it is a total."""

    title: str
    above: Sequence[str]
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    has_total: bool = False


def answer(name: str, pages: Sequence[Sheet]) -> Response:
    """As a download; ``name`` is ours, of plain letters."""
    headers = {"content-disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(written(pages), media_type=XLSX, headers=headers)


def written(pages: Sequence[Sheet]) -> bytes:
    """The file."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for page in pages:
        _fill(book.create_sheet(page.title.translate(NOT_IN_A_TITLE)[:LONGEST_TITLE]), page)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def safe(value: Cell) -> Cell:
    """A text that a spreadsheet would compute gets an apostrophe in front, as offices type it themselves."""
    return f"'{value}" if isinstance(value, str) and value.startswith(BEGINS_A_FORMULA) else value


def plain(text: str | None) -> str | None:
    """Without the control characters that a spreadsheet cannot hold."""
    return None if text is None else "".join(letter for letter in text if letter.isprintable())


def _fill(sheet: Worksheet, page: Sheet) -> None:
    for line in page.above:
        sheet.append([safe(line)])
    sheet.append([])
    sheet.append([safe(title) for title in page.header])
    top = sheet.max_row
    for row in page.rows:
        sheet.append([safe(value) for value in row])
    _look(sheet, top, page)


def _look(sheet: Worksheet, top: int, page: Sheet) -> None:
    sheet["A1"].font = Font(bold=True, size=14)
    for head in sheet[top]:
        head.font, head.fill = Font(bold=True), HEAD
        head.alignment = Alignment(wrap_text=True, vertical="bottom")
    if page.has_total:
        for last in sheet[sheet.max_row]:
            last.font = Font(bold=True)
    for row in sheet.iter_rows(min_row=top + 1):
        for one in row:
            if isinstance(one.value, float):
                one.number_format = "0.0"
    sheet.column_dimensions["A"].width = 30
    for number in range(2, len(page.header) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 13
    sheet.freeze_panes = f"B{top + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{top}:{top}"
