"""Names are the words of GLOSSARY.md, in full."""

import ast
import re

from tests.repo.repository import ROOT, modules, text_of

FORBIDDEN = re.compile(r"(?:^|_)(?:utils?|helpers?|common|managers?|misc|process_data)$")
_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])")


def test_no_file_class_or_function_is_named_after_nothing() -> None:
    found = []
    for path in modules():
        names = [*path.relative_to(ROOT).with_suffix("").parts]
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                names.append(node.name)
        plain = (_BOUNDARY.sub("_", name).lower() for name in names)
        found += [f"{path.relative_to(ROOT)}: {name}" for name in plain if FORBIDDEN.search(name)]
    assert found == []


def test_every_word_of_the_glossary_is_in_the_code() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    words = [line.removeprefix("### ") for line in glossary.splitlines() if line[:4] == "### "]
    code = re.sub(r"[\s_-]+", " ", " ".join(text_of(path) for path in modules())).lower()
    assert len(words) >= 30
    assert words == sorted(set(words), key=str.casefold)
    assert [word for word in words if re.sub(r"[\s_-]+", " ", word).lower() not in code] == []
