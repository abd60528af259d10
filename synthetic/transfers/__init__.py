"""Pretend moves between employers, with the truth of each first pay and with what goes wrong.

For tests and the month-end simulation. A `PretendTransfer` says what is true: who moves, on what
terms, from which day, and when the papers came. `Papers` is what people state, which a fault has
spoilt or not. The truth of the first pay is worked out here by code of its own.

    workplaces    the two ends: an employer, its payroll and its pay calendar
    transfer      what is true of a move, and the papers of it
    people        who moves: records as the employer left holds them
    oddities      what looks wrong and is right
    make          the door: many moves from one seed
    pay_truth     what the first pay must be
    instructions  the papers of a move as an instruction for a payroll
    faults        the register of faults, and which moves have which
    faults_of_papers, faults_of_time
                  the faults themselves
    spreadsheet   today's process: a form by e-mail, keyed by hand
    judging       whether any way of moving people paid them rightly
"""
