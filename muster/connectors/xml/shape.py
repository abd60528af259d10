"""Finds which elements of an XML file are its records.

A record is the outermost element that repeats and has something in it. An element that repeats
within a record, such as a person's second job, is part of the record. Where an element repeats so
often within another that it cannot be part of a record (the employees of a department), it is the
record, and the other is a group whose own values belong to each record in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from muster.connectors.contract import Offer
from muster.connectors.xml.parsing import Attributes, Handlers, Names, Walk, plain

MOST_DEPTH = 100
# So often may an element repeat within one record.
MOST_REPEATS = 20
_MOST_SHAPES = 10_000
_ASIDE = ("header", "trailer", "footer", "control", "summary")


@dataclass
class Node:
    """All elements of one path: how often they stand, and what stands in them.

    Args:
        name: the element's name, without namespace.
        path: the names from below the root to it.
        most: the largest number of them in one parent.
        attributed: whether any has attributes.
        here: how many stand in the parent that is being read.
    """

    name: str
    path: str = ""
    most: int = 0
    attributed: bool = False
    here: int = 0
    children: dict[str, "Node"] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether more than text stands in it."""
        return bool(self.children) or self.attributed

    @property
    def aside(self) -> bool:
        """Whether its name says that it speaks of the file, not of a record."""
        return any(word in self.name.lower() for word in _ASIDE)

    def below(self) -> Iterator["Node"]:
        """Yield every path below this one."""
        for child in self.children.values():
            yield child
            yield from child.below()


def find_shape(offer: Offer) -> Node:
    """Return the tree of paths, from above the root element.

    Raises:
        BadInput: if the bytes are no well-formed XML, or hold too many different paths.
    """
    walk, top, names = Walk(offer), Node(""), Names()
    stack, shapes = [top], 0

    def begin(qualified: str, attributes: Attributes) -> None:
        nonlocal shapes
        parent, name = stack[-1], names[qualified]
        node = parent.children.get(name)
        if node is None:
            if len(stack) > MOST_DEPTH:
                raise walk.problem(
                    f"Elements are nested more than {MOST_DEPTH} deep",
                    fix="Send records as a list",
                )
            path = f"{parent.path}/{name}".removeprefix("/") if len(stack) > 1 else ""
            node = parent.children[name] = Node(name, path)
            shapes += 1
            if shapes > _MOST_SHAPES:
                raise walk.problem(
                    f"The XML has over {_MOST_SHAPES:,} different elements",
                    fix="Send records as elements of one name",
                )
        node.here += 1
        if node.here > node.most:
            node.most = node.here
        if attributes and not node.attributed:
            node.attributed = bool(plain(attributes))
        for child in node.children.values():
            child.here = 0
        stack.append(node)

    def end(_: str) -> None:
        stack.pop()

    walk.run(Handlers(begin, end))
    return top


def find_records(top: Node) -> list[Node]:
    """Return the paths that are records, in the order in which they first stand in the file."""
    return list(_repeated(top)) or list(_single(top))


def find_beside(top: Node, records: list[Node]) -> list[Node]:
    """Return what stands once beside the records and might have been one of another kind."""
    if not any(record.most > 1 for record in records):
        return []
    return list(_beside(top, {id(record) for record in records}))


def _beside(node: Node, records: set[int]) -> Iterator[Node]:
    for child in node.children.values():
        if id(child) in records or child.aside or not child.children:
            continue
        if any(id(below) in records for below in child.below()):
            yield from _beside(child, records)
        else:
            yield child


def _repeated(node: Node) -> Iterator[Node]:
    for child in node.children.values():
        if child.holds and child.most > 1 and not _is_group(child):
            yield child
        else:
            yield from _repeated(child)


def _is_group(node: Node) -> bool:
    return any(below.holds and below.most > MOST_REPEATS for below in node.below())


def _single(top: Node) -> Iterator[Node]:
    """Yield the one record of a file that holds just one: below the root, and below its list."""
    for root in top.children.values():
        node = root
        while True:
            inside = [child for child in node.children.values() if child.holds and not child.aside]
            if not inside:
                break
            node = max(inside, key=lambda child: sum(1 for _ in child.below()))
            if any(not child.holds for child in node.children.values()) or node.attributed:
                break
        if node is not root:
            yield node
