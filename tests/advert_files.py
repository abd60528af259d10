"""Files of adverts made letter by letter, so that they can be broken in one place."""

from pathlib import Path


def saved(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file into a folder and return where it is."""
    place = folder / name
    place.write_bytes(content.encode() if isinstance(content, str) else content)
    return place


def pdf(lines: list[str], *, stream: str = "", trailer: str = "", letters: str = "") -> bytes:
    """Return the bytes of a PDF of one page.

    Args:
        lines: what it says.
        stream: said besides of the page's stream.
        trailer: said besides of the file.
        letters: which letters the codes of its font stand for; as usual where empty.
    """
    escaped = [line.replace("(", r"\(").replace(")", r"\)") for line in lines]
    shown = " ".join(f"({line}) Tj 0 -14 Td" for line in escaped)
    page = f"BT /F1 10 Tf 50 780 Td {shown} ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        ("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R>>>>>>"),
        f"<</Length {len(page)}{stream}>>stream\n{page}\nendstream",
        f"<</Type/Font/Subtype/Type1/BaseFont/Helvetica{'/ToUnicode 6 0 R' if letters else ''}>>",
        f"<</Length {len(letters)}>>stream\n{letters}\nendstream",
    ]  # fmt: skip
    made, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(made))
        made += f"{number} 0 obj{one}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    made += f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    made += f"trailer<</Size {size}/Root 1 0 R{trailer}>>\n"
    return f"{made}startxref\n{made.index('xref')}\n%%EOF".encode()
