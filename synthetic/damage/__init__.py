"""What happens to files between the system that writes them and the service that reads them.

People open extracts in spreadsheets, programs change encodings, transfers break off. `inflict` does
one of these to a file, so that what was damaged is known cell by cell and a reader can be marked:
did it recover what was meant, set the row aside, or believe something wrong?

    struck    a file that is being damaged: its lines, and what was done to which
    cells     what spreadsheets and people do to single cells
    rows      rows that are no records, rows that stand twice, cells that slipped
    whole     files cut off, emptied, in two encodings, or at odds with their own totals
    inflict   the door: which kinds there are, which files they befall, and damaging one

Left out is what nobody could tell from the file: a digit typed wrong, one name for another, two
values exchanged that are both possible, a day and a month exchanged in plain text throughout a
file or in one of few dates, a file cut between two of its lines or within its last cell that says
nothing of its length.
"""
