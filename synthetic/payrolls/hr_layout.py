"""The HR system's workbooks: leavers it sends, joiners it takes, and the form it fills today.

**Sent** (`Leavers.xlsx`): one sheet `Leavers`, the employer's name in A1, `Printed on` and a day in
row 2, the header in row 4. Days are real date cells, money and hours real numbers, numbers that
begin with nought are text. Columns: Emp No, Last name, First names, Preferred name, DOB, Gender,
NI no, Grade, FT salary, Contract %, Hours pw, Start date, Cont. service from, Leaving on (last
day), Going to, Paid up to, Tax code (with its S or C, and ` X` behind it where not cumulative), NI
cat, Student loan (`Plan 2 + PG`), Pension, Allowances (`Location £1,200.00; ...`), Leave left, Sick
days taken, Address (lines parted by line breaks in the cell).

**Taken** (`Joiners.xlsx`): one sheet `Joiners`, the header in row 1: Ref, Last name, First names,
DOB, NI no, Starts on, Grade, FT salary, Contract %, Coming from, Cont. service from. The system
gives each a number and answers with the same sheet, `Emp No` and `Outcome` put behind it; a Ref it
knows gets the same number.

**The form that is e-mailed today** (`form.xlsx`): three sheets, `Part A Employee`, `Part B
Exporting employer` and `Part C Importing employer`. Labels stand in column B and values in
column D, with headings between them and help in column E; which row holds what differs from version
to version, and so does the wording (see `LABELS`: each field's labels in the versions 1 and 2).
Values are text as people type it: 3/11/2026, £31,250.00, 80%, Plan 2 + PG.
"""

LEAVERS = (
    "Emp No", "Last name", "First names", "Preferred name", "DOB", "Gender", "NI no", "Grade",
    "FT salary", "Contract %", "Hours pw", "Start date", "Cont. service from", "Leaving on",
    "Going to", "Paid up to", "Tax code", "NI cat", "Student loan", "Pension", "Allowances",
    "Leave left", "Sick days taken", "Address",
)  # fmt: skip
JOINERS = (
    "Ref", "Last name", "First names", "DOB", "NI no", "Starts on", "Grade", "FT salary",
    "Contract %", "Coming from", "Cont. service from",
)  # fmt: skip
# field of a record: (sheet 0, 1 or 2, label in version 1, label in version 2)
LABELS = {
    "surname": (0, "Surname", "Family name (as on payslip)"),
    "forenames": (0, "Forename(s)", "Given names"),
    "known_as": (0, "Known as", "Preferred first name"),
    "birth_date": (0, "Date of birth", "DOB (dd/mm/yyyy)"),
    "sex": (0, "Sex", "Gender recorded for payroll"),
    "nino": (0, "NI number", "National Insurance No."),
    "address": (0, "Home address", "Address incl. postcode"),
    "student_loans": (0, "Student loan plan(s)", "Student / postgraduate loan?"),
    "staff_number": (1, "Staff number", "Payroll / employee no."),
    "employment_started": (1, "Date joined department", "Start date with exporting dept"),
    "continuous_service_from": (1, "Continuous service date", "Civil Service start date"),
    "grade": (1, "Substantive grade", "Grade"),
    "salary": (1, "Basic salary (full time, per year)", "FTE annual salary"),
    "fte": (1, "Full-time equivalent", "FTE / % worked"),
    "weekly_hours": (1, "Hours per week", "Contracted weekly hours"),
    "allowances": (1, "Allowances", "Allowances (name and yearly amount)"),
    "paid_to": (1, "Date paid up to", "Date to which salary has been paid"),
    "pay_after_leaving": (
        1,
        "Gross pay after leaving",
        "Gross pay relating to service after leaving",
    ),
    "tax_code": (1, "Tax code", "Current tax code (with X / M1 if so)"),
    "p45_pay": (1, "Pay to date this tax year", "P45 pay to date"),
    "p45_tax": (1, "Tax to date this tax year", "P45 tax to date"),
    "ni_letter": (1, "NI letter", "NI category letter"),
    "pension_scheme": (1, "Pension scheme", "Pension arrangement"),
    "leave_balance": (1, "Annual leave remaining", "A/L balance on transfer"),
    "sick_taken": (1, "Sick leave taken (rolling year)", "Sick absence, last 12 months"),
    "new_salary": (2, "Salary on transfer (full time)", "New FTE annual salary"),
    "new_fte": (2, "New FTE", "FTE in new post"),
    "new_grade": (2, "New grade", "Grade in new post"),
    "first_day": (2, "Date of transfer", "First day in new post"),
}
