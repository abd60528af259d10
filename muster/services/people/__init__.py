"""The register for those who look things up in it: employers, posts, people, one's own record.

Employers and published posts are open to everybody who is signed in. A person's record is open to
HR caseworkers of an employer that employs or employed the person, as far as that employer's own
systems speak of them, and to the person. Every look at it is an entry of the access log, which
the person's own page shows.
"""
