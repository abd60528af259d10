"""Which of several stated values is believed of a person, and which disagreements wait for people.

For whoever asks why a page shows this value and not that one. ``which_source_wins.toml`` is the
table that HR people read; ``rules`` applies it to what sources say, and knows nothing else;
``told`` reads what sources say of one person from the record, on any day and as known at any
instant; ``many`` does so for many people at once. A disagreement that no rule settles is a
conflict: it is found whenever it is asked about, so that it is never out of date, and ``actions``
keep what a person decided about it. The table in ``tests/spec/test_survivorship.py`` shows every
rule at work.
"""
