"""Which columns say what of a person: declared by whoever links, nothing is guessed."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from muster.kernel.errors import BadInput, Where

ROLES = {
    "record": "what names a row in its own file, such as a staff number",
    "given_name": "given names",
    "surname": "family name",
    "full_name": "the whole name, where it stands in one column",
    "date_of_birth": "date of birth",
    "sex": "sex as stated",
    "identifier": "a number that is meant to be of one person, such as a National Insurance number",
    "house_number": "number or name of a house",
    "address": "a line of an address; several columns may be named",
    "town": "town or city",
    "postcode": "postcode",
    "region": "county, state or region",
    "email": "email address",
    "phone": "telephone number",
}
_SEVERAL = ("address", "identifier", "email", "phone")
_PLACE = "roles"


@dataclass(frozen=True)
class Roles:
    """What the columns of one table say.

    Args:
        columns: for each role its columns, in order of weight.
    """

    columns: Mapping[str, tuple[str, ...]]

    def fields(self) -> dict[str, str]:
        """Return the column of each field; a role's second column is the field ``address_2``."""
        return {
            role if at == 0 else f"{role}_{at + 1}": column
            for role, columns in self.columns.items()
            for at, column in enumerate(columns)
        }


@dataclass(frozen=True)
class Declared:
    """The roles of both tables, and whether each of them holds a person at most once."""

    first: Roles
    second: Roles
    each_once: bool = False


def read_roles(text: str) -> Declared:
    """Return what a TOML text declares.

    ``[columns]`` names for each role its column, or a list of them; ``[columns_b]`` what is called
    otherwise in the second table, an empty list where it says nothing of the kind;
    ``each_once = true`` says that a person stands in each table at most once.

    Raises:
        BadInput: naming the entry that is wrong.
    """
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise _wrong(f"Not TOML: {problem}", "", "Correct the text") from None
    for name in said:
        if name not in ("columns", "columns_b", "each_once"):
            raise _wrong(f"No such entry: {name}", name, "Use [columns], [columns_b] and each_once")
    if not isinstance(said.get("each_once", False), bool):
        raise _wrong("each_once is neither true nor false", "each_once", "Write true or false")
    first = _columns(said.get("columns"), "columns")
    if not set(first) - {"record"}:
        raise _wrong("No column of a person is named", "columns", f"Name some of {_known()}")
    second = {**first, **_columns(said.get("columns_b", {}), "columns_b")}
    second = {role: named for role, named in second.items() if named}
    return Declared(Roles(first), Roles(second), said.get("each_once", False))


def check_columns(roles: Roles, columns: Collection[str], file: str) -> None:
    """Find the columns of a table.

    Raises:
        BadInput: naming the role whose column is not there.
    """
    for role, named in roles.columns.items():
        for column in named:
            if column not in columns:
                raise BadInput(
                    f"No column {column} (role {role})",
                    where=Where(file=file, field=column),
                    fix=f"Name one of: {', '.join(list(columns)[:40])}. If the second file says "
                    f"nothing of the kind, write {role} = [] under [columns_b]",
                )


def _columns(said: object, where: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(said, dict):
        raise _wrong(f"[{where}] is missing", where, f"Name some of {_known()} with their columns")
    found: dict[str, tuple[str, ...]] = {}
    for role, named in said.items():
        if role not in ROLES:
            raise _wrong(f"No such role: {role}", role, f"Use {_known()}")
        columns = tuple(named) if isinstance(named, list) else (named,)
        absent = named == [] and where == "columns_b"
        if not absent and not (
            columns and all(isinstance(column, str) and column for column in columns)
        ):
            raise _wrong("A column's name is missing", role, "Write the column's name in quotes")
        if len(columns) > 1 and role not in _SEVERAL:
            raise _wrong("Only one column can say this", role, "Name one column")
        found[role] = columns
    return found


def _known() -> str:
    return ", ".join(ROLES)


def _wrong(what: str, field: str, fix: str) -> BadInput:
    return BadInput(what, where=Where(thing=_PLACE, field=field or None), fix=fix)
