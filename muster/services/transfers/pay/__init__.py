"""What a move means for pay: how much is expected, who pays which day, and the pension. Pure.

For payroll leads, who compare it with what their payroll reports, and for the person, who is told
what the first pay will be and why. Muster works out gross pay and no tax: what is taken from it is
the payroll's to say.
"""
