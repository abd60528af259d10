"""People and names that not everybody may know of, and the glass that is broken in an emergency.

For information-governance officers, who answer for restrictions, and for every room that shows
people. A *restriction* hides a person (a sensitive post, a protected person) or the names of a time
that is nobody's business any more (gender recognition). ``hiding`` says it once, as conditions that
any question about people puts into itself, so that what may not be known is neither fetched nor
counted. ``actions`` set and lift restrictions, with two people for lifting, and break the glass:
for one person, for hours, with the guardian told in the same transaction.
"""
