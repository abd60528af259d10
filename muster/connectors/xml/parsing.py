"""Walks through XML once, as a stream of elements, and refuses what could do harm.

Expat reads; nothing is kept. A document type is refused where it begins, before anything in it
takes effect: without one there are no entities to expand and nothing outside to fetch. No system
that sends records needs one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from muster.connectors.contract import Offer
from muster.connectors.text import empty
from muster.kernel.errors import BadInput, Where

_CHUNK = 1024 * 1024
_LONGEST_TAG = 16 * 1024 * 1024
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
# Between a namespace and a name; stands in no name.
_BETWEEN = " "

Attributes = dict[str, str]


@dataclass(frozen=True)
class Handlers:
    """What is called for each element, as Expat calls it.

    Names come with their namespace: ``Names`` and ``plain`` take it off. That is for the handlers
    to do, because one call more for each element would make reading a third slower.
    """

    begin: Callable[[str, Attributes], None]
    end: Callable[[str], None]
    text: Callable[[str], None] | None = None


class Names(dict[str, str]):
    """Names without their namespace, each worked out once."""

    def __missing__(self, name: str) -> str:
        local = self[name] = _local(name)
        return local


class Walk:
    """One way through the elements of an offer.

    Args:
        offer: the XML.
    """

    def __init__(self, offer: Offer) -> None:
        self.encoding = "UTF-16" if offer.content[:2] in (b"\xff\xfe", b"\xfe\xff") else "UTF-8"
        self._file = offer.name
        # White space before the declaration is common, and no harm though the standard forbids it.
        content = offer.content
        self._content = content.lstrip() if content[:1].isspace() else content
        self._before = content.count(b"\n", 0, len(content) - len(self._content))
        self._parser = expat.ParserCreate(namespace_separator=_BETWEEN)

    @property
    def at(self) -> int:
        """Where the event that is told stands in the bytes, without white space before them."""
        return self._parser.CurrentByteIndex

    def run(self, handlers: Handlers) -> None:
        """Walk through all elements.

        Raises:
            BadInput: if the bytes are no well-formed XML, or have a document type.
        """
        if not self._content:
            raise empty(self._file)
        parser = self._parser
        parser.buffer_text = True
        parser.StartElementHandler = handlers.begin
        parser.EndElementHandler = handlers.end
        if handlers.text is not None:
            parser.CharacterDataHandler = handlers.text
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._refuse_document_type
        try:
            self._feed()
        except expat.ExpatError as problem:
            said = expat.ErrorString(problem.code)
            raise self.problem(
                f"The XML is not well-formed: {said}",
                fix="Export it again; text in another encoding than the first line states, or a "
                "file cut short, breaks it",
                line=problem.lineno,
            ) from None
        except (LookupError, ValueError):
            raise self.problem(
                "The XML states an encoding that cannot be read", fix="Export it as UTF-8"
            ) from None

    def problem(self, what: str, *, fix: str, line: int | None = None) -> BadInput:
        """Return an error that names the line that is being read."""
        row = self._before + (line or self._parser.CurrentLineNumber)
        return BadInput(f"{what}, in line {row}", where=Where(file=self._file, row=row), fix=fix)

    def _feed(self) -> None:
        parser, content = self._parser, memoryview(self._content)
        for start in range(0, len(content), _CHUNK):
            parser.Parse(content[start : start + _CHUNK], False)
            if start - parser.CurrentByteIndex > _LONGEST_TAG:
                raise self.problem(
                    "A tag or comment is longer than any", fix="Send each value as an element"
                )
        parser.Parse(b"", True)

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = (encoding or self.encoding).upper()

    def _refuse_document_type(self, *_: object) -> NoReturn:
        raise self.problem(
            "The XML has a document type (DOCTYPE), which may define entities",
            fix="Send it without one",
        )


def _local(name: str) -> str:
    return name.rpartition(_BETWEEN)[2]


def plain(attributes: Attributes) -> Attributes:
    """Return attributes by their plain names, without those that speak of XML itself.

    An element that is said to be nil has no text, so that attribute tells nothing more.
    """
    found: Attributes = {}
    for name, value in attributes.items():
        if not name.startswith(_INSTANCE):
            label, times = _local(name), 1
            while label in found:
                times += 1
                label = f"{_local(name)} ({times})"
            found[label] = value
    return found
