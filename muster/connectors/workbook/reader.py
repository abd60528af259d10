"""Reads the bytes of a workbook as sheets of text, whatever its name says it is.

What is no workbook is refused with what it is and what to do: HR systems send web pages and CSV
under names that end in ``.xls``. XLSX and ODS are read by this connector itself: the libraries
looked at leave errors and formulas without a result as empty cells, give days that never were as
other days, or hold a large sheet several times over in memory. XLS is read with ``xlrd``.
"""

from muster.connectors.contract import Offer, Sheet
from muster.connectors.workbook.ods import is_encrypted, read_ods
from muster.connectors.workbook.package import Package, place, protected
from muster.connectors.workbook.xls import read_xls
from muster.connectors.workbook.xlsx import main_part, read_xlsx
from muster.kernel.errors import BadInput, Where

_ZIP = b"PK"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_LOOKED_AT = 4096
_SAVE_AS = "Open it in a spreadsheet program, save it as a workbook (.xlsx) and send that"
_PAGE = (
    "<!doctype html",
    "<html",
    "<head",
    "<meta",
    "<body",
    "<table",
    "<style",
    "<div",
    "<center",
)


def read(offer: Offer) -> tuple[Sheet, ...]:
    """Return every sheet of a workbook, in its order, hidden ones marked.

    Raises:
        BadInput: if it is no workbook, or cannot be opened, or holds nothing.
    """
    with place(file=offer.name):
        sheets = _read(offer.content)
        if not sheets:
            raise BadInput(
                "The workbook has no sheet with cells",
                fix="Put the rows on a sheet of their own and send it again",
            )
        if not any(sheet.height for sheet in sheets):
            raise BadInput(
                "The workbook is empty: no cell of any sheet holds anything",
                fix="Send it with its rows, and the names of its columns above them",
            )
        return sheets


def _read(content: bytes) -> tuple[Sheet, ...]:
    if content.startswith(_ZIP):
        return _from_package(content)
    if content.startswith(_COMPOUND):
        return _from_compound(content)
    raise _no_workbook(content)


def _from_package(content: bytes) -> tuple[Sheet, ...]:
    package = Package(content)
    if "mimetype" in package or ("content.xml" in package and "META-INF/manifest.xml" in package):
        stated = package.small("mimetype").strip() if "mimetype" in package else _SPREADSHEET
        if not stated.startswith(_SPREADSHEET):
            raise _other("a document, but no workbook")
        if is_encrypted(package):
            raise protected()
        return read_ods(package)
    main = main_part(package)
    if main is None or main not in package:
        raise _other("a zip, but no workbook")
    if main.endswith(".bin"):
        raise _other("a binary workbook (.xlsb), which is not read")
    if not main.startswith("xl/"):
        raise _other("a document or presentation, but no workbook")
    return read_xlsx(package, main)


def _from_compound(content: bytes) -> tuple[Sheet, ...]:
    if _has_stream(content, "EncryptedPackage"):
        raise protected()
    if not (_has_stream(content, "Workbook") or _has_stream(content, "Book")):
        raise _other("an Office file, but no workbook")
    return read_xls(content, macros=_has_stream(content, "_VBA_PROJECT_CUR"))


def _has_stream(content: bytes, name: str) -> bool:
    """Return whether a compound file has a stream or folder of a name in its directory."""
    wanted = (name + "\0").encode("utf-16-le")
    found = content.find(wanted)
    # Entries of the directory are 128 bytes long and begin with their names.
    while found >= 0 and found % 128:
        found = content.find(wanted, found + 2)
    return found >= 0


def _no_workbook(content: bytes) -> BadInput:
    if not content.strip():
        return BadInput("The file is empty", fix="Send it again; half an upload may have been lost")
    begins = content[:_LOOKED_AT]
    if b"\0" in begins and not begins.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _other("no workbook, whatever its name says")
    codec = "utf-16" if begins.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = begins[: len(begins) // 2 * 2].decode(codec, "replace").lstrip().lower()
    if text.startswith("mime-version:") or text.startswith(_PAGE):
        return _other("a web page saved under a workbook's name")
    if "urn:schemas-microsoft-com:office:spreadsheet" in text:
        return _other("an XML spreadsheet of 2003, which is not read")
    if text.startswith("<"):
        return _other("a web page or XML saved under a workbook's name")
    if begins.startswith((b"%PDF", b"\x89PNG", b"\x1f\x8b", b"7z", b"Rar!")):
        return _other("no workbook, whatever its name says")
    return BadInput(
        "The file is plain text, such as CSV, under a workbook's name",
        fix="Name it .csv, or open it in a spreadsheet program and save it as a workbook (.xlsx)",
    )


def _other(what: str) -> BadInput:
    return BadInput(f"The file is {what}", where=Where(), fix=_SAVE_AS)
