"""What stands outside the records: statements of the file, and of groups of records."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from muster.connectors.xml.parsing import Attributes
from muster.connectors.xml.shape import MOST_REPEATS, Node

_MOST_STATED = 500


@dataclass
class _Open:
    """An element outside the records that is being read.

    Args:
        node: its path.
        header: its path below the root, or below the group it stands in.
        values: where its values go: the file's statements, or its group's.
        group: whether it is a group itself.
        served: whether a record within it has begun.
    """

    node: Node
    header: str
    values: dict[str, str]
    group: bool = False
    served: bool = False


class Outside:
    """Walks along outside the records.

    Args:
        top: the tree of paths.
        records: the ids of the nodes that are records; their content is read elsewhere.
    """

    def __init__(self, top: Node, records: Set[int]) -> None:
        self.stated: dict[str, str] = {}
        self._records = records
        self._open = [_Open(top, "", self.stated)]
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, each once."""
        return tuple(self._notes)

    @property
    def lists(self) -> bool:
        """Whether elements stand within the one that is being read."""
        return bool(self._open[-1].node.children)

    def begin(self, name: str, attributes: Attributes) -> Node:
        """Enter an element; return its path."""
        parent = self._open[-1]
        node = parent.node.children[name]
        if id(node) in self._records:
            for element in self._open:
                element.served = True
            self._open.append(_Open(node, "", parent.values))
            return node
        group = node.holds and node.most > 1
        header = name if group or not parent.header else f"{parent.header}/{name}"
        if len(self._open) == 1:
            header = ""
        found = _Open(node, header, {} if group else parent.values, group)
        self._open.append(found)
        for attribute, value in attributes.items():
            self._put(f"{header}/@{attribute}".removeprefix("/"), value)
        return node

    def end(self, text: str) -> None:
        """Leave an element with this text of its own."""
        element = self._open[-1]
        if element.header and ((text and not text.isspace()) or not element.node.holds):
            self._put(element.header, text)
        self._open.pop()

    def end_record(self) -> None:
        """Leave a record."""
        self._open.pop()

    def groups(self) -> Mapping[str, str]:
        """Return what the groups say that are open, the outermost first."""
        return {
            header: value
            for element in self._open
            if element.group
            for header, value in element.values.items()
        }

    def _put(self, header: str, value: str) -> None:
        values = self._open[-1].values
        for element in self._open:
            if element.group and element.served and element.values is values:
                self._notes[f"{header} stands behind its records and was left out"] = None
                return
        times, plain = 1, header
        while header in values and times <= MOST_REPEATS:
            times += 1
            header = f"{plain} ({times})"
        if times > MOST_REPEATS or len(values) >= _MOST_STATED:
            self._notes[f"{plain} stands too often outside the records; not all was read"] = None
            return
        values[header] = value
