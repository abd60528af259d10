"""What can be wrong with a payroll, by name, each met in life or near to it.

A payroll is made with the bugs it shall have. None of them is announced: acknowledgements look as
they always do, and only drafts, results or the money tell.
"""

BUGS = {
    "late_keying": "what arrives is keyed by a clerk three weekdays later, and counts from then",
    "drops_leading_zero": "staff numbers pass through a spreadsheet and lose their leading noughts",
    "reads_non_cumulative_as_cumulative": "the mark for a code that is not cumulative is not read",
    "forgets_regime": "the letter of Scottish and Welsh tax codes is not kept",
    "keeps_first_loan_only": "of several student loan plans only the first is kept",
    "swaps_day_and_month": "days from 1 to 12 are read in the American order",
    "pays_from_period_start": "a starter is paid from the first day of the period",
    "starts_after_paid_to": "pay begins after the day up to which the employer before has paid",
    "rounds_down": "a fraction of a penny is cut off",
    "rounds_fte": "the share of full time is kept to two decimals",
    "drops_allowances": "allowances of starters are not taken over",
    "ignores_change_after_batch": "a change that comes after the period's first batch is mislaid",
    "duplicates_a_starter": "the same starter sent twice stands on the payroll twice",
    "truncates_names": "surnames are cut at twelve letters",
    "loses_last_record": "the last record of a batch is not read, though it is counted",
    "keeps_paying_leavers": "a leaver is paid to the end of the period",
    "misadds": "the control total of what it sends is a penny out",
}
NONE: frozenset[str] = frozenset()


def checked(bugs: frozenset[str]) -> frozenset[str]:
    """`bugs`, if each is one. ValueError if not."""
    if unknown := bugs - BUGS.keys():
        raise ValueError(f"no such bugs: {', '.join(sorted(unknown))}")
    return bugs
