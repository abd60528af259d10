"""Telling people what waits for them: at once or gathered, by email, text or letter, or a calendar.

For everybody who works on cases. A notice is written in the transaction of what it tells of, so
that none is lost and none tells of what did not happen; workers send it afterwards. People choose
what they are told and how, within what is due to them: an escalation always comes.
"""
