"""The words in which four systems state long absences and reasons for leaving."""

ABSENCES = ("career_break", "maternity", "adoption", "parental", "sick", "unpaid", "other")
REASONS = (
    "resigned", "retired", "transferred", "end_of_term", "redundancy", "dismissed",
    "death_in_service", "other",
)  # fmt: skip

ORACLE_ABSENCES = dict(
    zip(ABSENCES, ("CBR", "MAT", "ADO", "SPL", "LTS", "UPL", "OTH"), strict=True)
)
ORACLE_REASONS = dict(
    zip(REASONS, ("RES", "RET", "OGD", "EOC", "VES", "DIS", "DIC", "OTH"), strict=True)
)
WORKDAY_ABSENCES = dict(
    zip(
        ABSENCES,
        (
            "Career Break", "Maternity Leave", "Adoption Leave", "Shared Parental Leave",
            "Long-term Sick", "Unpaid Special Leave", "Other Long-term Leave",
        ),
        strict=True,
    )
)  # fmt: skip
WORKDAY_REASONS = dict(
    zip(
        REASONS,
        (
            "Resignation", "Retirement", "Transfer to Another Department",
            "End of Fixed Term Appointment", "Redundancy", "Dismissal", "Death in Service", "Other",
        ),
        strict=True,
    )
)  # fmt: skip
SAP_ABSENCES = dict(zip(ABSENCES, ("10", "20", "21", "22", "30", "40", "90"), strict=True))
SAP_REASONS = dict(zip(REASONS, ("01", "02", "03", "04", "05", "06", "07", "99"), strict=True))
SMALL_ABSENCES = dict(
    zip(
        ABSENCES,
        (
            "Career break", "Maternity", "Adoption", "Shared parental", "Long term sick",
            "Unpaid leave", "Other",
        ),
        strict=True,
    )
)  # fmt: skip
SMALL_REASONS = dict(
    zip(
        REASONS,
        (
            "Resigned", "Retired", "To another department", "Contract ended", "Redundant",
            "Dismissed", "Died", "Other",
        ),
        strict=True,
    )
)  # fmt: skip
