"""The reader of XML: records become rows, whatever stands around them, and no harm is done."""

import tracemalloc
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.connectors.contract import Offer, Sheet
from muster.connectors.xml.reader import read
from muster.kernel.errors import BadInput


def sheets(content: str | bytes) -> tuple[Sheet, ...]:
    raw = content if isinstance(content, bytes) else content.encode()
    return read(Offer("hmrc/workers.xml", raw))


def sheet(content: str | bytes) -> Sheet:
    (found,) = sheets(content)
    return found


def records(found: Sheet) -> list[dict[str, str]]:
    assert found.headers is not None
    assert found.cells.columns == [str(place) for place in range(len(found.headers))]
    return [dict(zip(found.headers, row, strict=True)) for row in found.cells.rows()]


REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<!-- written at night -->
<wd:Report xmlns:wd="urn:workday" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="urn:workday report.xsd" run="7">
  <wd:Header><wd:FileDate>20260331</wd:FileDate></wd:Header>
  <wd:Worker wd:id="a1">
    <wd:Name><wd:Surname> Llŷr &amp; <![CDATA[<Co>]]></wd:Surname></wd:Name>
    <wd:Phone type="home">1</wd:Phone><wd:Phone>2</wd:Phone>
    <wd:End xsi:nil="true"/>
    <wd:Manager id="m1"/>
  </wd:Worker>
  <wd:Worker wd:id="a2">
    <wd:Name><wd:Surname>\u00a00012</wd:Surname></wd:Name>
    <wd:Job><wd:Title>T</wd:Title></wd:Job><wd:Job><wd:Title>U</wd:Title></wd:Job>
  </wd:Worker>
  <wd:Trailer><wd:RecordCount>2</wd:RecordCount></wd:Trailer>
</wd:Report>
"""


def test_records_are_rows_and_paths_within_them_headers() -> None:
    found = sheet(REPORT)
    blank = dict.fromkeys(found.headers or (), "")
    assert records(found) == [
        blank
        | {"@id": "a1", "Name/Surname": " Llŷr & <Co>", "Phone": "1", "Phone/@type": "home"}
        | {"Phone (2)": "2", "Manager/@id": "m1"},
        blank | {"@id": "a2", "Name/Surname": "\u00a00012", "Job/Title": "T", "Job (2)/Title": "U"},
    ]
    assert set(blank) - {name for row in records(found) for name, cell in row.items() if cell} == {
        "End"
    }
    assert (found.name, found.rows.to_list(), found.widths) == ("Worker", [1, 2], None)
    assert found.read_as == "XML in UTF-8, a row for each Worker"


def test_what_stands_outside_the_records_is_stated() -> None:
    assert sheet(REPORT).stated == {
        "@run": "7",
        "Header/FileDate": "20260331",
        "Trailer/RecordCount": "2",
    }


def test_several_kinds_of_records_are_several_sheets() -> None:
    people, posts = sheets(
        "<R><People><P><N>a</N></P><P><N>b</N></P></People>"
        "<Posts><Q><N>c</N></Q><Q><M>d</M></Q><Q/></Posts></R>"
    )
    assert (people.name, records(people)) == ("P", [{"N": "a"}, {"N": "b"}])
    assert (posts.name, records(posts)) == ("Q", [{"N": "c", "M": ""}, {"N": "", "M": "d"}])
    assert (posts.blank, posts.rows.to_list()) == (1, [1, 2])


def test_kinds_of_one_name_are_named_by_their_path() -> None:
    found = sheets(
        "<R><In><P><N>a</N></P><P><N>b</N></P></In><Out><P><N>c</N></P><P><N>d</N></P></Out></R>"
    )
    assert [each.name for each in found] == ["In/P", "Out/P"]


def test_what_repeats_within_a_record_is_part_of_it() -> None:
    jobs = "<Job><T>x</T></Job>" * 3
    found = sheet(f"<R><W><N>a</N>{jobs}</W><W><N>b</N>{jobs}</W></R>")
    assert found.headers == ("N", "Job/T", "Job (2)/T", "Job (3)/T")
    assert found.height == 2


def test_what_repeats_too_often_for_that_is_a_record_and_its_group_stands_in_each_row() -> None:
    found = sheet(
        "<R><D code='1'><Name>Ops</Name>" + "<E><N>a</N></E>" * 21 + "</D>"
        "<D code='2'><Name>Pol</Name><E><N>b</N></E><Late>x</Late></D></R>"
    )
    assert found.name == "E"
    assert records(found)[0] == {"D/@code": "1", "D/Name": "Ops", "N": "a"}
    assert records(found)[21] == {"D/@code": "2", "D/Name": "Pol", "N": "b"}
    assert found.height == 22
    assert found.notes == ("D/Late stands behind its records and was left out",)


def test_values_that_repeat_without_end_in_one_record_are_refused() -> None:
    for times, fits in ((20, True), (21, False)):
        content = f"<R><W>{'<Phone>1</Phone>' * times}</W>\n<W><Phone>2</Phone></W></R>"
        if fits:
            assert len(sheet(content).headers or ()) == times
        else:
            with pytest.raises(BadInput, match="Phone stands over 20 times in one record"):
                sheet(content)


@pytest.mark.parametrize(
    "content",
    [
        "<R><W><N>a</N><P>1</P></W></R>",
        "<R><Header><D>1</D><E>2</E><F>3</F></Header><Ws><W><N>a</N><P>1</P></W></Ws></R>",
        "<R><Made>1</Made><W><N>a</N><P>1</P></W><Trailer><Count>1</Count></Trailer></R>",
    ],
)
def test_a_file_of_one_record_is_read(content: str) -> None:
    found = sheet(content)
    assert (found.name, records(found)) == ("W", [{"N": "a", "P": "1"}])


def test_a_file_without_records_still_says_what_it_states() -> None:
    found = sheet("<R><Header><FileDate>20260331</FileDate></Header><Workers/></R>")
    assert (found.height, found.headers, found.cells.width) == (0, (), 0)
    assert found.stated == {"Header/FileDate": "20260331", "Workers": ""}


def test_what_might_be_one_record_of_another_kind_is_noted() -> None:
    found = sheet("<R><W><N>a</N></W><W><N>b</N></W><Post><T>x</T></Post></R>")
    assert found.stated == {"Post/T": "x"}
    assert found.notes == ("Post stands once and is read as a statement of the file",)


def test_elements_of_one_name_in_two_namespaces_do_not_overwrite_each_other() -> None:
    found = sheet(
        "<R xmlns:a='urn:a' xmlns:b='urn:b'>"
        + "<W a:id='1' b:id='2'><a:N>x</a:N><b:N>y</b:N></W>" * 2
        + "</R>"
    )
    assert [row["N"] + row["N (2)"] for row in records(found)] == ["xy", "xy"]
    assert [row["@id"] + row["@id (2)"] for row in records(found)] == ["12", "12"]


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252", "iso-8859-15"]
)
def test_the_declared_encoding_is_kept_to(codec: str) -> None:
    stated = codec.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{stated}"?><R>' + "<W><N>Siân</N></W>" * 2 + "</R>"
    found = sheet(text.encode(codec))
    assert found.cells.rows() == [("Siân",), ("Siân",)]
    assert found.read_as.startswith(f"XML in {stated.upper()},")


def test_white_space_before_the_declaration_does_no_harm() -> None:
    assert sheet("\r\n  " + REPORT).height == 2


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("<R>\n<W><N>a</N></W>\n<W><N>b</M></W>\n</R>", 3),
        ("<R>\n<W><N>a</N></W>\n<W><N>b</N>", 3),
        ("\n\n<R>\n<W>&unknown;</W>\n</R>", 4),
        (b"<R>\n<W><N>Si\xe2n</N></W></R>", 2),
        ("<R>\n<x:W/></R>", 2),
        ("no xml", 1),
        ("<R>\n\x00</R>", 2),
        ("<R/>\n<R/>", 2),
    ],
)
def test_xml_that_is_broken_is_refused_and_the_line_named(content: str | bytes, line: int) -> None:
    with pytest.raises(BadInput, match=f"not well-formed.* in line {line} ") as caught:
        sheets(content)
    assert caught.value.where.row == line


def test_an_unknown_encoding_is_refused() -> None:
    for name in ("made-up", "utf-7", "shift_jis"):
        with pytest.raises(BadInput, match=r"encoding|well-formed"):
            sheets(f'<?xml version="1.0" encoding="{name}"?><R/>')


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_a_file_without_content_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="file is empty"):
        sheets(content)


LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(10)
)


@pytest.mark.parametrize(
    "kind",
    [
        f"<!DOCTYPE R [{LAUGHS}]>",
        '<!DOCTYPE R [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE R SYSTEM "http://localhost:9/none.dtd">',
        '<!DOCTYPE R [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
        "<!DOCTYPE R>",
    ],
)
def test_a_document_type_is_refused_before_anything_is_expanded_or_fetched(kind: str) -> None:
    tracemalloc.start()
    with pytest.raises(BadInput, match="document type"):
        sheets(f'<?xml version="1.0"?>{kind}<R><W><N>&l9;</N></W><W><N>a</N></W></R>')
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


HOSTILE = {
    "nested more than 100 deep": "<R>" + "<a>" * 200_000,
    "over 2,000 different values": "<R>"
    + ("<W>" + "".join(f"<c{n}>1</c{n}>" for n in range(2_001)) + "</W>") * 2
    + "</R>",
    "over 10,000 different elements": "<R>" + "".join(f"<c{n}/>" for n in range(10_001)) + "</R>",
    "value is longer than 1,000,000": "<R>" + f"<W><N>{'x' * 1_000_001}</N></W>" * 2 + "</R>",
    "tag or comment is longer": "<R><!--" + "x" * 20_000_000 + "--></R>",
}


@pytest.mark.parametrize(("said", "content"), HOSTILE.items(), ids=list(HOSTILE))
def test_what_is_larger_than_any_list_of_records_is_refused(said: str, content: str) -> None:
    with pytest.raises(BadInput, match=said):
        sheets(content)


def test_many_records_are_read_one_at_a_time() -> None:
    record = b"<W><No>0012</No><Name><S>Smith</S></Name><Grade>SEO</Grade></W>\n"
    content = b"<R>" + record * 12_000 + b"</R>"
    tracemalloc.start()
    found = sheet(content)
    assert tracemalloc.get_traced_memory()[1] < 6_000_000
    tracemalloc.stop()
    assert found.cells.shape == (12_000, 3)
    assert found.cells.n_unique() == 1
    assert found.rows[-1] == 12_000


NAMES = st.sampled_from(["No", "Name", "Post", "Übung", "x-1"])
VALUES = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20
).filter(lambda value: not value or not value.isspace())


@settings(max_examples=200, deadline=None)
@given(written=st.lists(st.dictionaries(NAMES, VALUES, min_size=1), min_size=2, max_size=8))
def test_it_reads_back_whatever_was_written(written: list[dict[str, str]]) -> None:
    elements = "".join(
        "<W>" + "".join(f"<{n}>{escape(v)}</{n}>" for n, v in row.items()) + "</W>\n"
        for row in written
    )
    attributes = "".join(
        "<W " + " ".join(f"{n}={quoteattr(v)}" for n, v in row.items()) + "/>\n" for row in written
    )
    filled = [{n: v for n, v in row.items() if v} for row in written]
    for content, mark in ((elements, ""), (attributes, "@")):
        found = sheet(f"<R>{content}</R>")
        read_back = [
            {n.removeprefix(mark): v for n, v in row.items() if v} for row in records(found)
        ]
        assert read_back == [row for row in filled if row]
        assert found.blank == sum(not row for row in filled)
