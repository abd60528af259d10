"""Employers: who employs civil servants, under which names, and what became of them.

For everybody who loads or reads figures: every file names an organisation in its own way, and a
figure counts only under an employer of the register. The list comes from GOV.UK and the older
government-organisation register; names that match no employer wait in a queue for a person,
whose choice is remembered.
"""
