"""Names found in sentences by spaCy's PhraseMatcher or by flashtext, as their documentation says.

Runs in the environment of ``bench-skills``: ``ENGINE SENTENCES FORMS``, two text files
with a line each. Says ``ready`` once built; then for each line it reads does all sentences once and
says how many names it found.
"""

import sys
from collections.abc import Callable
from pathlib import Path

Finder = Callable[[list[str]], int]


def phrase_matcher(forms: list[str]) -> Finder:
    """Return the search of spaCy's PhraseMatcher, by small letters, over made documents."""
    import spacy
    from spacy.matcher import PhraseMatcher
    from spacy.util import filter_spans

    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("SKILL", list(nlp.tokenizer.pipe(forms)))

    def find(sentences: list[str]) -> int:
        return sum(
            len(filter_spans(matcher(doc, as_spans=True))) for doc in nlp.tokenizer.pipe(sentences)
        )

    return find


def flashtext(forms: list[str]) -> Finder:
    """Return the search of flashtext, in any case."""
    from flashtext import KeywordProcessor

    processor = KeywordProcessor(case_sensitive=False)
    for form in forms:
        processor.add_keyword(form)

    def find(sentences: list[str]) -> int:
        return sum(
            len(processor.extract_keywords(sentence, span_info=True)) for sentence in sentences
        )

    return find


if __name__ == "__main__":
    _sentences, _forms = (
        Path(name).read_text(encoding="utf-8").splitlines() for name in sys.argv[2:]
    )
    _find = {"spacy": phrase_matcher, "flashtext": flashtext}[sys.argv[1]](_forms)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        sys.stdout.write(f"{_find(_sentences)}\n")
        sys.stdout.flush()
