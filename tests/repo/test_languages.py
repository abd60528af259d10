"""Every text of the pages has Welsh beside it, and the Welsh fills the same gaps."""

import re

from tools.languages import gathered, kept

_GAP = re.compile(r"%\((\w+)\)")


def _forms(string: object) -> list[str]:
    return [str(form) for form in string] if isinstance(string, (tuple, list)) else [str(string)]


def test_every_text_is_translated() -> None:
    welsh = {str(message.id): _forms(message.string) for message in kept() if message.id}
    texts = [str(message.id) for message in gathered() if message.id]
    assert len(texts) > 100
    missing = [text for text in texts if not all(welsh.get(text, [""]))]
    assert missing == [], "run `python -m tools.languages gather` and add the Welsh"


def test_no_translation_is_left_over() -> None:
    texts = {str(message.id) for message in gathered()}
    assert [str(message.id) for message in kept() if str(message.id) not in texts] == []


def test_translations_fill_the_same_gaps() -> None:
    for message in kept():
        if not message.id:
            continue
        wanted = {gap for form in _forms(message.id) for gap in _GAP.findall(form)}
        for form in _forms(message.string):
            assert set(_GAP.findall(form)) <= wanted, form
            assert wanted <= set(_GAP.findall(form)) | {"count"}, form
