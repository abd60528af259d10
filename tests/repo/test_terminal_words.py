"""Commands and options stand at terminals alone: pages, and what they show, never speak of them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from muster.cli.hints import TYPED
from muster.cli.main import main
from tests.repo.repository import ROOT, modules, text_of

MUSTER = ROOT / "muster"
# What is typed: a command of ours, or an option.
_TYPED = re.compile(rf"`muster |\bmuster (?:{'|'.join(main.commands)})\b|(?<![\w-])--[a-z]")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
# The page that tells anybody how to check a proof by themselves, without Muster; and the one that
# tells whoever tries a demonstration how to build it anew, which exists in development only.
TELLS_COMMANDS = {"evidence.html", "story.html"}
# Rooms that nobody meets on a page.
_AT_TERMINALS = ("cli", "settings.py")
# A program by itself, for people without Muster.
_PROGRAMS = (MUSTER / "ledger" / "verify_proof.py",)


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module, without its docstrings and what it names as a command."""
    tree = ast.parse(text_of(path))
    left_out: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            left_out.add(node.value)
        if isinstance(node, ast.keyword) and node.arg == "command":
            left_out.update(ast.walk(node.value))
    for node in ast.walk(tree):
        if node in left_out or not isinstance(node, ast.Constant):
            continue
        if isinstance(node.value, str):
            yield node.lineno, node.value


def test_no_error_or_page_speaks_of_what_is_typed_at_a_terminal() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in modules()
        if path.is_relative_to(MUSTER)
        and path.relative_to(MUSTER).parts[0] not in _AT_TERMINALS
        and path not in _PROGRAMS
        for line, text in texts(path)
        if _TYPED.search(text)
    ]
    assert found == []


def test_no_template_speaks_of_what_is_typed_at_a_terminal() -> None:
    pages = list(MUSTER.rglob("templates/**/*.html"))
    assert len(pages) > 50
    found = {path.name for path in pages if _TYPED.search(_COMMENT.sub("", text_of(path)))}
    assert found == TELLS_COMMANDS


def test_what_is_typed_is_a_command_with_its_options() -> None:
    for typed in TYPED.values():
        words = typed.split()
        assert words[0] == "muster"
        command: object = main
        for word in words[1:]:
            if word.startswith("--"):
                options = {name for one in command.params for name in one.opts}  # type: ignore[attr-defined]
                assert word in options, typed
            elif word.islower():
                command = command.commands[word]  # type: ignore[attr-defined]
