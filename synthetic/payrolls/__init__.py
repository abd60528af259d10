"""Pretend payrolls, a pension administrator and an HR system, each with a will of its own.

For whoever must show that a person who changes employer is paid rightly: tests, the demonstration
and the month-end simulation. A real payroll has its own calendar and cut-off, its own names for
things, its own arithmetic, and bugs that its users have learnt to live with. So has each of these;
every bug can be switched on and is described in `bugs`.

They take instructions and give results as bytes that only their layouts explain:

    calendar        pay periods, cut-offs and pay days
    orders          one instruction, as a payroll understands it once it is read
    bugs            what can be wrong with a payroll
    workers         a person as one payroll holds them: terms by day, and what was paid
    arithmetic      exact pay of a period, by three conventions
    payroll         takes orders, keeps cut-offs, runs periods, drafts them
    fixed_layout    PAYROLL-F: which character stands where, in and out
    fixed_width     PAYROLL-F itself: files in, files out, control totals
    json_layout     PAYROLL-J: which name holds what, in and out
    json_payroll    PAYROLL-J itself: requests, and what it knows again
    service         PAYROLL-J over HTTP on a port
    reading, result how a payroll with bugs reads fields, and one pay as it is reported
    pension_layout, pension
                    the pension administrator: files of memberships in, answers out
    hr_layout, sheet_cells, hr_system
                    an HR system that sends and takes a workbook
"""
