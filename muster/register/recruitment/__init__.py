"""Recruitment: what employers' recruitment systems say of campaigns and of applications to them.

For employers, who see their own campaigns exactly, and for figures that pass the gate. A stage
extract says of each application how far it has come; the latest extract that names it counts, and
silence ends nothing. No extract holds a name: an applicant is the number that their system uses.
Answers about diversity are kept in a table apart, and "prefer not to say" is an answer.
"""
