"""A whole pretend civil service: the files its employers' HR systems would send, and the truth.

It is for everybody who has to show or test Muster without one real record: the demo, the tests,
the benchmarks, and a newcomer who wants to see what an employer's file looks like. `make.make()`
writes month-end snapshots in nine unlike layouts, and beside them `truth/`, which says who each
row really is and what it means, so that matching, loading and counting can be marked right or
wrong. Files can be damaged on their way, as spreadsheets, people and transfers damage them.

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
    circumstances, circumstance_words
                absences, acting up, why people left, and what systems call it
    story       the one person the demonstration follows
    forms/      one file per way of writing: delimited, XML, fixed width, workbook
    layouts/    one file per kind of file that HR systems send
    faults      which rows hold a typing error
    damage/     what happens to files on their way
    files       writes the snapshots
    recruitment, recruitment_files
                campaigns and applications, and the stage extracts of them
    attendance  who came to a building, as its gates count
    shared_services
                what providers of shared services did, and their business cases
    place_lists the towns of sites that are named by codes, and what employers promised of places
    adverts/    job adverts of three years, and which sentence asks for which skill
    stated      what each row of a snapshot means
    truth       writes the Parquet tables
    make        the door
    payrolls/   two payrolls, a pension administrator and an HR system that can be told and answer
    transfers/  moves between employers, what goes wrong with them, and what each first pay must be
"""
