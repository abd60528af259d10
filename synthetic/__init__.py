"""A whole pretend civil service: the files its employers' HR systems would send, and the truth.

It is for everybody who has to show or test Muster without one real record: the demo, the tests,
the benchmarks, and a newcomer who wants to see what an employer's file looks like. `make.make()`
writes month-end snapshots in four unlike layouts, and beside them `truth/`, which says who each
row really is, so that matching, loading and counting can be marked right or wrong.

It stands outside the service it feeds, so it imports nothing of it: whatever is known about these
people has to come in through the files. Every person, employer, post and number here is invented;
National Insurance numbers use prefixes that are never issued and e-mail addresses end in
`.example`, which RFC 2606 keeps out of use.

    chance      every draw, repeatable from one seed on any machine
    names       names.toml: names of many origins, and how systems spell one person differently
    work        professions.toml: grades, pay, professions, post titles
    places      towns and sites
    employers   the employers, their sizes, sites and layouts
    identifiers National Insurance numbers, staff numbers, e-mail addresses
    people      what is true of a person, an employment, an assignment
    lives       months passing: joining, moving, promotion, marriage, loans, leaving
    story       the one person the demonstration follows
    layouts/    one file per kind of HR system
    faults      which rows arrive damaged
    files       writes the snapshots
    truth       writes the Parquet tables
    make        the door
"""
