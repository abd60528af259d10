"""What is said of a value that cannot move: which rule, why, what to do. Never the value."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is not right with a record.

    Args:
        field: the field of ``fields.toml`` it is about; of a list, ``allowances[2].annual``.
        rule: the name of the rule that says so.
        blocks: whether the move waits until it is settled; otherwise it is said and may go on.
        words: what is not right, without any value of the record.
        fix: what to do about it.
    """

    field: str
    rule: str
    blocks: bool
    words: str
    fix: str


class Wrong(ValueError):
    """A value breaks a rule of its own; its message holds no value.

    Args:
        rule: the name of the rule.
        words: what is not right, a sentence without a full stop.
        fix: what to do, a sentence without a full stop.
    """

    def __init__(self, rule: str, words: str, fix: str) -> None:
        super().__init__(words)
        self.rule, self.words, self.fix = rule, words, fix
