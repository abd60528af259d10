"""Whatever the words of a Word document stand in, they are read in their order."""

from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from muster.services.skills.map.reading import read
from muster.services.skills.map.reading.word import lines_of

SPACES = (
    nsdecls("w", "wp")
    + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    + ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


def styled(style: str, inside: str) -> str:
    return paragraph(f"<w:pPr><w:pStyle w:val='{style}'/></w:pPr>{inside}")


def field(inside: str, of: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{of}</w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


def put_in(inside: str) -> str:
    return f'<w:ins w:id="1" w:author="x">{inside}</w:ins>'


def taken_out(inside: str) -> str:
    return f'<w:del w:id="2" w:author="x">{inside}</w:del>'


def cell(inside: str, of: str = "") -> str:
    return f"<w:tc><w:tcPr>{of}</w:tcPr>{inside}</w:tc>"


def row(*cells: str, of: str = "") -> str:
    return f"<w:tr><w:trPr>{of}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def words(text: str) -> str:
    return cell(paragraph(run(text)))


BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>"
    + paragraph(run("In a box"))
    + "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>"
    + paragraph(run("In a box"))
    + "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
LONG = "x" * 61
CONTENTS = run("Job title") + "<w:r><w:tab/></w:r>" + run("2")
GALLERY = "<w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>"

CASES: dict[str, tuple[str, list[str]]] = {
    "a field in a line": (paragraph(run("Use ") + field(run("SQL")) + run(" daily")),
                          ["Use SQL daily"]),
    "a field around lines": (field(paragraph(run("Use SQL")) + paragraph(run("Mend nets"))),
                             ["Use SQL", "Mend nets"]),
    "a field in a field": (field(field(paragraph(field(run("Use SQL"))))), ["Use SQL"]),
    "a field that nobody filled in": (
        paragraph(run("Grade ") + field(run("Click here"), of="<w:showingPlcHdr/>")), ["Grade "],
    ),
    "a field that nobody filled in, alone": (
        field(paragraph(run("Click here")), of="<w:showingPlcHdr/>"), [],
    ),
    "a field around a table": (field(table(row(words("Use SQL")))), ["Use SQL"]),
    "a field around a row": (table(field(row(words(LONG), words("SQL")))), [LONG, "SQL"]),
    "a field around a cell": (table(row(words("Essential"), field(words("Use SQL")))),
                              ["Essential:", "Use SQL"]),
    "a field in a cell": (table(row(words("Essential"), cell(field(paragraph(run("Use SQL")))))),
                          ["Essential:", "Use SQL"]),
    "a tracked insertion": (paragraph(run("Use ") + put_in(run("SQL and ")) + run("R")),
                            ["Use SQL and R"]),
    "a tracked deletion": (
        paragraph(run("Use ") + taken_out("<w:r><w:delText>Perl</w:delText></w:r>") + run("R")),
        ["Use R"],
    ),
    "what was deleted after it was put in": (
        paragraph(run("Use R") + put_in(taken_out(run(" and Perl")))), ["Use R"],
    ),
    "what was moved": (
        "".join(
            f"<w:p><w:{way} w:id='3' w:author='x'>{run('SQL')}</w:{way}></w:p>"
            for way in ("moveFrom", "moveTo")
        ),
        ["SQL"],
    ),
    "a link": (
        paragraph(run("See ") + f"<w:hyperlink>{run('the ')}{put_in(run('SQL'))}</w:hyperlink>"),
        ["See the SQL"],
    ),
    "tabs and line ends": (
        paragraph(
            "<w:pPr><w:tabs><w:tab w:val='left' w:pos='9'/></w:tabs></w:pPr><w:r><w:t>Grade</w:t>"
            "<w:tab/><w:t>SEO</w:t><w:br/><w:t>Use SQL</w:t><w:cr/><w:t>self</w:t>"
            "<w:noBreakHyphen/><w:t>made</w:t></w:r>"
        ),
        ["Grade\tSEO", "Use SQL", "self-made"],
    ),
    "a box": (paragraph(run("Before") + BOX + run("After")), ["Before", "In a box", "After"]),
    "a box beside a heading": (
        styled("Heading1", run("Person ") + BOX + run("specification")) + paragraph(run("Use SQL")),
        ["Person specification:", "In a box", "Use SQL"],
    ),
    "a box beside a heading of nothing": (styled("Heading1", BOX), ["In a box"]),
    "the end of a page or of a column": (
        paragraph(
            run("Experience of ") + "<w:r><w:br w:type='page'/></w:r>" + run("writing")
            + "<w:r><w:br w:type='column'/></w:r>" + run("SQL")
            + "<w:r><w:br w:type='textWrapping'/></w:r>" + run("Mend nets")
        ),
        ["Experience of  writing SQL", "Mend nets"],
    ),
    "a table of contents": (
        field(styled("TOCHeading", run("Contents")) + paragraph(CONTENTS), of=GALLERY)
        + paragraph(run("Use SQL")),
        ["Use SQL"],
    ),
    "a table of another kind": (
        field(paragraph(run("Use SQL")), of=GALLERY.replace("Contents", "Skills")), ["Use SQL"],
    ),
    "lines of contents": (
        styled("TOC1", CONTENTS) + styled("TOC2", CONTENTS) + paragraph(run("Use SQL")),
        ["Use SQL"],
    ),
    "a row that was taken out": (
        table(row(words("Perl"), of="<w:del w:id='5' w:author='x'/>"), row(words("R"))), ["R"],
    ),
    "a cell over two rows": (
        table(
            row(cell(paragraph(run("Needs")), of="<w:vMerge w:val='restart'/>"), words("SQL")),
            row(cell(paragraph(""), of="<w:vMerge/>"), words("R")),
        ),
        ["Needs:", "SQL", "Needs:", "R"],
    ),
    "a cell beside a wide one over two rows": (
        table(
            row(cell(paragraph(run("Wide")), of="<w:gridSpan w:val='2'/>"),
                cell(paragraph(run("Needs")), of="<w:vMerge w:val='restart'/>")),
            row(words(LONG), words("R"), cell(paragraph(""), of="<w:vMerge/>")),
        ),
        ["Wide:", "Needs", LONG, "R", "Needs"],
    ),
    "a table in a cell": (
        table(row(cell(paragraph(run("Needs")) + table(row(words("SQL"), words("daily")))))),
        ["Needs", "SQL:", "daily"],
    ),
}  # fmt: skip


def document_of(body: str) -> Document:
    document = docx.Document()
    for number in (1, 2):
        kind = document.styles.add_style(f"toc {number}", WD_STYLE_TYPE.PARAGRAPH)
        kind.element.set(qn("w:styleId"), f"TOC{number}")
    inside = parse_xml(f"<w:body {SPACES}>{body}</w:body>")
    for number, one in enumerate(list(inside)):
        document.element.body.insert(number, one)
    return document


@pytest.mark.parametrize("case", CASES)
def test_lines_of_a_document(case: str) -> None:
    body, lines = CASES[case]
    assert [line for line in lines_of(document_of(body)) if line] == lines


def test_a_form_that_was_filled_in(tmp_path: Path) -> None:
    document = document_of(
        table(row(words("Job title"), field(words("Data Engineer"))))
        + field(paragraph("<w:pPr><w:pStyle w:val='Heading1'/></w:pPr>" + run("About you")))
        + field(paragraph(run("Experience of ") + field(run("writing SQL")) + put_in(run(" well"))))
    )
    document.save(str(tmp_path / "a.docx"))
    corpus = read([tmp_path / "a.docx"])
    assert corpus.adverts["title"].to_list() == ["Data Engineer"]
    last = corpus.sentences.row(-1, named=True)
    assert (last["text"], last["part"]) == ("Experience of writing SQL well", "skills")


def test_a_table_of_contents_tells_nothing_of_the_job(tmp_path: Path) -> None:
    stated = (("Job title", "Data Engineer"), ("Organisation", "Harbour Trust"), ("Grade", "SEO"))
    listed = [run(label) + "<w:r><w:tab/></w:r>" + run("2") for label, _ in stated]
    document = document_of(
        field("".join(map(paragraph, listed)), of=GALLERY)
        + table(*(row(words(label), words(value)) for label, value in stated))
        + paragraph(run("Experience of writing SQL"))
    )
    document.save(str(tmp_path / "a.docx"))
    (advert,) = read([tmp_path / "a.docx"]).adverts.iter_rows(named=True)
    assert tuple(advert[name] for name in ("title", "organisation", "grade")) == (
        "Data Engineer", "Harbour Trust", "SEO",
    )  # fmt: skip


def test_a_document_of_the_library_reads_as_the_library_reads_it() -> None:
    document = docx.Document()
    document.add_heading("About you", 1)
    for text in ("Use SQL\tdaily", "Mend nets\nPaint boats", ""):
        document.add_paragraph(text)
    plain = [line for one in document.paragraphs for line in one.text.splitlines()]
    assert list(lines_of(document)) == ["About you:", *plain[1:]]
