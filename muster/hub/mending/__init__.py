"""Mending what waits in quarantine, for the people who answer for the data.

A value is given its meaning once for a whole route and remembered (``fixing``); a row is corrected
in place, by itself (``correcting``) or many at once in a workbook that is handed out (``handing``)
and comes back (``returned``). What was received is never altered: fixes and corrections are kept
beside it, with who and why, and are put in place whenever the bytes are read again.
"""
