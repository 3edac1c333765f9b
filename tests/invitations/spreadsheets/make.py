"""Makes the files beside it: `.venv/bin/python tests/invitations/spreadsheets/make.py`.

Each holds the same three guests, as another program writes them. The workbooks are made by openpyxl and
XlsxWriter; what these can't do, and the text files, is done by hand.
"""

import io
import re
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import xlsxwriter

HERE = Path(__file__).parent
MADE = datetime(2026, 11, 1, 12)  # noqa: DTZ001  (as spreadsheets have it)
NINE, HALF_PAST_FIVE = datetime(2026, 11, 30, 9), datetime(2026, 11, 30, 17, 30)  # noqa: DTZ001
HEADER = ["Name", "E-mail", "Role", "Language", "Start", "End"]
GUESTS = [
    ["Jörg Müller", "joerg@example.org", "Moderator", "de", NINE, HALF_PAST_FIVE],
    ["Jane Doe", "jane@example.org", "Guest", "en", date(2026, 12, 1), date(2026, 12, 31)],
    ["Zoë O'Neil", "zoe@example.org", None, "fr", None, None],
]


def text(*lines: str, end: str = "\r\n") -> str:
    return end.join([*lines, ""])


GERMAN = text(
    "Name;E-Mail-Adresse;Rolle;Sprache;Beginn;Ende",
    "Jörg Müller;joerg@example.org;Moderator;Deutsch;30.11.2026 09:00;30.11.2026 17:30",
    "Jane Doe;jane@example.org;Gast;Englisch;01.12.2026;31.12.2026",
    "Zoë O'Neil;zoe@example.org;;Französisch;;",
)
FRENCH = text(
    "Nom;Prénom;Courriel;Rôle;Langue;Début;Fin",
    "Müller;Jörg;joerg@example.org;Modérateur;allemand;30/11/2026 09:00;30/11/2026 17:30",
    "Doe;Jane;jane@example.org;Invitée;anglais;01/12/2026;31/12/2026",
    "O'Neil;Zoë;zoe@example.org;;français;;",
)
AMERICAN = text(
    "Email Address,First Name,Last Name,Role,Language,Start Date,End Date,Company",
    'joerg@example.org,Jörg,Müller,MODERATOR,German,11/30/2026 9:00 AM,11/30/2026 5:30 PM,"Doe, Ltd."',
    'jane@example.org,Jane,Doe,guest,English,12/1/2026,12/31/2026,"The ""Doe"" Company"',
    "zoe@example.org,Zoë,O'Neil,,French,,,",
)
COMMAS = text(
    "Name,E-mail,Role,Language,Start,End,Address",
    'Jörg Müller,joerg@example.org,Moderator,de,2026-11-30 09:00,2026-11-30 17:30,"Weg 1\n10115 Berlin"',
    "Jane Doe,jane@example.org,Guest,en,2026-12-01,2026-12-31,",
    "Zoë O'Neil,zoe@example.org,,fr,,,",
    end="\n",
)
WITHOUT_HEADER = text(
    "joerg@example.org;Jörg Müller;Moderator;de;2026-11-30 09:00;2026-11-30 17:30",
    "jane@example.org;Jane Doe;Gast;en;2026-12-01;2026-12-31",
    "zoe@example.org;Zoë O'Neil;;fr;;",
)
TEXTS = {
    "excel-german.csv": GERMAN.encode("cp1252"),
    "excel-german-utf8.csv": GERMAN.encode("utf-8-sig"),
    "excel-german-sep.csv": ("sep=;\r\n" + GERMAN).encode("cp1252"),
    "excel-german-unicode.txt": GERMAN.replace(";", "\t").encode("utf-16"),
    "excel-german-mac.csv": GERMAN.replace("\r\n", "\r").encode("mac-roman"),
    "excel-german-cr.csv": GERMAN.replace("\r\n", "\r").encode("cp1252"),
    "excel-french.csv": FRENCH.encode("cp1252"),
    "excel-us.csv": AMERICAN.encode("cp1252"),
    "excel-us-utf16-without-mark.txt": AMERICAN.encode("utf-16-le"),
    "excel-us-utf16-big-endian.txt": b"\xfe\xff" + AMERICAN.encode("utf-16-be"),
    "libreoffice.csv": COMMAS.encode(),
    "numbers.csv": COMMAS.replace(",", ";").replace('"Weg 1\n10115 Berlin"', "Weg 1, Berlin").encode(),
    "google.csv": COMMAS.replace("\n", "\r\n").removesuffix("\r\n").encode(),
    "google.tsv": GERMAN.replace(";", "\t").encode(),
    "without-header.csv": WITHOUT_HEADER.encode(),
}


def excel(name: str, *, epoch_1904: bool = False, inline: bool = False, title: bool = False) -> None:
    """As Excel writes it: strings shared (or in their place), dates as numbers with a format."""
    options = {"date_1904": epoch_1904, "constant_memory": inline}
    with xlsxwriter.Workbook(HERE / name, options) as book:
        book.set_properties({"created": MADE})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        minute = book.add_format({"num_format": 'dd.mm.yyyy hh:mm" Uhr"'})
        sheet = book.add_worksheet("Gäste")
        if title:
            sheet.merge_range(0, 0, 0, 5, "Colloquium 2026", book.add_format({"bold": True}))
        for row, cells in enumerate([HEADER, *GUESTS], start=2 if title else 0):
            for column, value in enumerate(cells):
                if isinstance(value, date):
                    sheet.write_datetime(row, column, value, minute if isinstance(value, datetime) else day)
                elif value:
                    sheet.write_string(row, column, value)


def excel_formulas(name: str) -> None:
    """Names put together by a formula, addresses as links, rich text, a flag, a price, an error."""
    with xlsxwriter.Workbook(HERE / name) as book:
        book.set_properties({"created": MADE})
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "[$-407]d. mmmm yyyy;@"})
        minute = book.add_format({"num_format": "m/d/yy h:mm AM/PM"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [*HEADER, "First", "Last", "Paid", "Price", "Seat"])
        for row, (name_, email, role, language, start, end) in enumerate(GUESTS, start=1):
            first, last = name_.split()
            sheet.write_formula(row, 0, f'=G{row + 1}&" "&H{row + 1}', None, name_)
            sheet.write_url(row, 1, f"mailto:{email}", string=email)
            if role:
                sheet.write_rich_string(row, 2, bold, role[:2], role[2:])
            sheet.write_string(row, 3, language)
            for column, at in ((4, start), (5, end)):
                if at:
                    sheet.write_datetime(row, column, at, minute if isinstance(at, datetime) else day)
            sheet.write_row(row, 6, [first, last, True, 12.5])
            sheet.write_formula(row, 10, "=1/0", None, "#DIV/0!")


def workbook_by_openpyxl(name: str, *, empty_first: int = 0, hidden: bool = False) -> None:
    """As Google and many servers write it."""
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = MADE
    sheet = book.active
    sheet.title = "Sheet1"
    if hidden:
        sheet["A1"] = "Lists for the drop-downs"
        sheet.sheet_state = "hidden"
        book.create_sheet("Empty")
        sheet = book.create_sheet("Guests")
        book.active = sheet
    for row, cells in enumerate([HEADER, *GUESTS], start=1 + empty_first):
        for column, value in enumerate(cells, start=1):
            sheet.cell(row, column, value)
    book.save(HERE / name)


def by_hand(name: str, source: str) -> None:
    """As a small program writes it: no dimension, no references, prefixed tags, and dates as ISO 8601."""
    data = (HERE / source).read_bytes()
    made = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part, SHEET if part.filename.endswith("sheet1.xml") else old.read(part))
    (HERE / name).write_bytes(made.getvalue())


def cell(value: object) -> str:
    if value is None:
        return "<x:c/>"
    if isinstance(value, date):
        return f'<x:c t="d"><x:v>{value.isoformat()}</x:v></x:c>'
    spoken = '<x:rPh sb="0" eb="1"><x:t>spoken</x:t></x:rPh>'
    return f'<x:c t="inlineStr"><x:is><x:t>{value}</x:t>{spoken}</x:is></x:c>'


ROWS = "".join(f"<x:row>{''.join(map(cell, cells))}</x:row>" for cells in [HEADER, *GUESTS])
SHEET = re.sub(
    r"\n\s*",
    "",
    f"""
    <x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
    <x:sheetData>{ROWS}</x:sheetData></x:worksheet>
    """,
)


def main() -> None:
    for name, data in TEXTS.items():
        (HERE / name).write_bytes(data)
    excel("excel.xlsx")
    excel("excel-inline.xlsx", inline=True)
    excel("excel-mac-1904.xlsx", epoch_1904=True)
    excel("excel-title.xlsx", title=True)
    excel_formulas("excel-formulas.xlsx")
    workbook_by_openpyxl("google.xlsx")
    workbook_by_openpyxl("libreoffice-empty-first-row.xlsx", empty_first=1)
    workbook_by_openpyxl("numbers-hidden-sheet.xlsx", hidden=True)
    by_hand("by-hand.xlsx", "excel.xlsx")


if __name__ == "__main__":
    main()
