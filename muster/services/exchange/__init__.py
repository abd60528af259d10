"""Feeds for the people who answer for them: what came in, what became of it, what waits and why.

For HR caseworkers and integrators of an employer, who send files and mend what waits; for
information-governance officers, who see every feed, agreement and piece of evidence; for analysts
and operators, who say which employer an unknown name means. Nothing here decides what may flow:
pages ask the hub's queries and call its verbs.
"""
