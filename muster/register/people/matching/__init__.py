"""Which likely records are one person: a run proposes, strong evidence or a person decides.

For HR caseworkers, and for whoever answers for links. ``linking`` joins records that are certainly
of one person; this room is for all others. ``evidence`` lays what stands of each record side by
side, ``runs`` has ``register.linkage`` weigh it, and ``rules`` say which pairs may be linked
without being asked about, which are put to a person, and which records are together at last. What
was found or decided of a pair is a *tie*, one row; ``standing`` reads those in force, and
``linking`` counts them in with all else that records say. So taking a tie back is one row, and
afterwards all is as if it had never been.
"""
