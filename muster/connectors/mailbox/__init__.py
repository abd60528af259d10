"""Files that arrive by mail, in a maildir that a mail server fills.

For departments whose people return a filled workbook by mail, as most collections still work. Only
mail that the server says is really from an address on the list is opened, and of it only attached
files of data are taken; what is refused is kept with the reason. Reading the files is for their own
connectors.

``connector.py`` walks the maildir, ``letters.py`` says what is taken of one message and why not,
``proof.py`` whether the server vouches for its sender, ``fake.py`` stands in for it in tests.
"""
