"""Reads the tables that specifications are written in: cells between bars, one row a line."""

ODD = {
    "~arabic 1~": "\u0661",
    "~wide 1~": "\uff11",
    "~arabic date~": "\u0662\u0660\u0661\u0661-\u0660\u0663-\u0663\u0661",
    "~nbsp~": "\u00a0",
    "~newline~": "\n",
    "~tab~": "\t",
    "~unit separator~": "\x1f",
}


def rows_of(table: str) -> list[tuple[str, ...]]:
    """Return the rows of a table without its header; names of odd characters replaced."""
    lines = [line for line in table.strip().splitlines() if line.strip()][1:]
    return [tuple(_cell(cell) for cell in line.split("|")) for line in lines]


def _cell(cell: str) -> str:
    text = cell.strip()
    for name, character in ODD.items():
        text = text.replace(name, character)
    return text
