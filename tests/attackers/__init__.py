"""Attackers: what somebody could work out of released figures who has read all of them.

They know what a staff directory tells (who works where, and who comes when), read what was released
as anybody can, and try to learn one answer of one person that they do not know. They share no line
with the gate. ``worlds`` makes the people; ``differencing`` subtracts tables of one date,
``months`` those of two dates, ``programmes`` solves all of them at once; ``advantage`` says how
much better than a coin they are. ``python -m tests.attackers`` prints what each achieves.
"""
