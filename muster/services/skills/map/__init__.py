"""How the map is learned, one room or module for each step, in the order data takes.

Adverts are read (``reading``), skills are named (``lexicon``) and found (``mentions``, ``linking``,
both by ``finding``), what each advert asks for is counted (``asked``), skills asked for together
are placed near each other (``association``), what is asked for everywhere lies in the middle
(``generality``, ``layout``), how sure that is is measured (``regions``), who asks for what is
counted (``surfaces``), neighbourhoods are named (``clusters``), and a release is written
(``releasing``).
``building`` does all of it, and goes on where it was stopped.

Pure computing: tables and arrays in, tables and arrays out; no database, no web.
"""
