"""People: what systems claim of them, and what the register believes.

*Claims* hold everything a row said, under the sender's own key, and never change. *Beliefs*
(crosswalk, employment, assignment, name, identifier) are derived from claims or decided by a
person, and are bitemporal: valid on legal days, half open, and recorded from an instant until
they were replaced. Only ``recorded_to`` of a fact may ever be updated; see ``constraints.py``.
Each model declares its personal fields beside them.
"""

from django.db import models
from django.db.models import Q

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal
from muster.register.people import constraints as always
from muster.register.people import declared
from muster.register.people.matching import models as _of_matching  # noqa: F401 - Django's
from muster.register.people.restricting import models as _of_restricting  # noqa: F401 - likewise
from muster.register.people.survivorship import models as _of_survivors  # noqa: F401 - likewise


class Statement(models.Model):
    """What one landing, or a later release of its rows, says of an employer's people as at a day.

    The room's inbox: a landing's part stands once, whatever is delivered twice. A statement that
    stands again after it was replaced or withdrawn is a new row with the same landing and part.
    ``full``: absence from it says something.
    """

    id = models.BigAutoField(primary_key=True)
    landing = models.UUIDField()
    part = models.PositiveIntegerField()
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    system = models.CharField(max_length=100)
    as_at = models.DateField()
    full = models.BooleanField(default=True)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    not_personal = (
        "id", "landing", "part", "employer", "system", "as_at", "full", "recorded_from",
        "recorded_to",
    )  # fmt: skip
    personal: dict[str, Personal] = {}

    class Meta:
        db_table = "register_people_statement"
        indexes = (
            models.Index(fields=("system", "as_at"), name="register_people_as_at"),
            models.Index(fields=("landing",), name="register_people_landing"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("landing", "part"),
                condition=Q(recorded_to__isnull=True),
                name="register_people_inbox",
            ),
            always.recorded_in_order("statement"),
        )


class SourceRecord(models.Model):
    """A source system's own record of somebody: the key it uses, never rewritten."""

    id = models.UUIDField(primary_key=True, default=new_id)
    system = models.CharField(max_length=100)
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    staff_number = models.CharField(max_length=60)
    personal = {"staff_number": declared.WHO}
    not_personal = ("id", "system", "employer")

    class Meta:
        db_table = "register_source_record"
        constraints = (
            models.UniqueConstraint(
                fields=("system", "staff_number"), name="register_source_record_once"
            ),
        )


class Claim(models.Model):
    """Everything one row said, as its contract reads it.

    ``nino`` is encrypted, ``nino_hash`` a keyed hash by which equal numbers are found. ``fte`` is
    in billionths of full time, ``salary`` in pence a year of full time, ``day_rate`` in pence for a
    full day. ``leaving`` is the last day employed, ``salary_from`` the day the salary holds since.
    """

    pk = models.CompositePrimaryKey("statement_id", "row")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="claims", db_index=False)
    row = models.PositiveIntegerField()
    record = models.ForeignKey(SourceRecord, models.PROTECT, related_name="claims")
    surname = models.CharField(max_length=200)
    forenames = models.CharField(max_length=200, null=True)  # noqa: DJ001 - absent is not empty
    known_as = models.CharField(max_length=200, null=True)  # noqa: DJ001
    birth_date = models.DateField()
    nino = models.CharField(max_length=200, null=True)  # noqa: DJ001
    nino_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001
    start = models.DateField()
    leaving = models.DateField(null=True)
    engagement = models.CharField(max_length=20)
    grade = models.CharField(max_length=200, null=True)  # noqa: DJ001
    fte = models.BigIntegerField()
    profession = models.CharField(max_length=200, null=True)  # noqa: DJ001
    post_reference = models.CharField(max_length=100, null=True)  # noqa: DJ001
    post_title = models.CharField(max_length=300, null=True)  # noqa: DJ001
    place = models.CharField(max_length=200, null=True)  # noqa: DJ001
    work_email = models.CharField(max_length=254, null=True)  # noqa: DJ001
    salary = models.BigIntegerField(null=True)
    salary_from = models.DateField(null=True)
    day_rate = models.BigIntegerField(null=True)
    temporary_grade = models.CharField(max_length=200, null=True)  # noqa: DJ001
    absence = models.CharField(max_length=20, null=True)  # noqa: DJ001
    leaving_reason = models.CharField(max_length=20, null=True)  # noqa: DJ001

    personal = {
        **dict.fromkeys(
            ("surname", "forenames", "known_as", "birth_date", "nino", "nino_hash", "work_email"),
            declared.SAID_WHO,
        ),
        **dict.fromkeys(
            ("record", "start", "leaving", "engagement", "grade", "fte", "profession", "place",
             "salary", "salary_from", "day_rate", "temporary_grade"),
            declared.SAID_JOB,
        ),
        **dict.fromkeys(("post_reference", "post_title"), declared.SAID_POST),
        **dict.fromkeys(("absence", "leaving_reason"), declared.SAID_SENSITIVE),
    }  # fmt: skip
    not_personal = ("statement", "row")

    class Meta:
        db_table = "register_people_claim"
        indexes = (
            models.Index(
                fields=("nino_hash",),
                condition=Q(nino_hash__isnull=False),
                name="register_claim_nino_hash",
            ),
        )
        constraints = (always.leaves_after_start(), *always.amounts("people_claim"))


class WaitingRow(models.Model):
    """A row of a full snapshot that waits in quarantine, and the record it is of, if it says so.

    Such a record is not absent from its snapshot. While a row is of nobody known, no absence from
    its snapshot proves anything.
    """

    pk = models.CompositePrimaryKey("statement_id", "row")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="+", db_index=False)
    row = models.PositiveIntegerField()
    staff_number = models.CharField(max_length=200, null=True)  # noqa: DJ001
    nino_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001

    personal = dict.fromkeys(("staff_number", "nino_hash"), declared.NOT_GONE)
    not_personal = ("statement", "row")

    class Meta:
        db_table = "register_people_waiting_row"


class Person(models.Model):
    """One human being, as far as the register knows. Everything known hangs on this identifier."""

    id = models.UUIDField(primary_key=True, default=new_id)

    personal = {"id": declared.ONE_PERSON}
    not_personal: tuple[str, ...] = ()

    class Meta:
        db_table = "register_person"


class Crosswalk(models.Model):
    """The belief that a source record is of a person; ``rule`` says why."""

    id = models.UUIDField(primary_key=True, default=new_id)
    record = models.ForeignKey(SourceRecord, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=60)
    by = models.CharField(max_length=100)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    personal = {"record": declared.WHO, "person": declared.WHO}
    not_personal = ("id", "rule", "by", "recorded_from", "recorded_to")

    class Meta:
        db_table = "register_crosswalk"
        indexes = (always.in_force("person", "record", name="register_crosswalk_of_person"),)
        constraints = (
            models.UniqueConstraint(
                fields=("record",),
                condition=Q(recorded_to__isnull=True),
                name="register_crosswalk_one_person",
            ),
            always.recorded_in_order("crosswalk"),
        )


class Fact(models.Model):
    """What every belief carries: legal days, provenance, and when it was believed.

    Provenance is a claim (``statement`` and ``row``) or a decision (``decided_by``), never both.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    statement = models.ForeignKey(
        Statement, models.PROTECT, null=True, related_name="+", db_index=False
    )
    row = models.PositiveIntegerField(null=True)
    decided_by = models.CharField(max_length=100, null=True)  # noqa: DJ001
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    class Meta:
        abstract = True


_FACT_PERSONAL = {
    **dict.fromkeys(("valid_from", "valid_to"), declared.JOB), "decided_by": declared.PROOF
}  # fmt: skip
_FACT_NOT_PERSONAL = ("id", "statement", "row", "recorded_from", "recorded_to")


class Employment(Fact):
    """The belief that a person is employed by an employer.

    ``employment`` stays the same over all facts of one employment; ``record`` and ``number`` say
    which of a source record's employments it is, where it came from a system. ``ended`` says how
    the register knows that it ends, ``leaving_reason`` why the person leaves, if that was stated.
    """

    employment = models.UUIDField(db_index=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    record = models.ForeignKey(SourceRecord, models.PROTECT, null=True, related_name="+")
    number = models.PositiveIntegerField(null=True)
    engagement = models.CharField(max_length=20)
    substantive = models.BooleanField()
    ended = models.CharField(max_length=20, null=True)  # noqa: DJ001
    leaving_reason = models.CharField(max_length=20, null=True)  # noqa: DJ001

    personal = {
        **_FACT_PERSONAL,
        **dict.fromkeys(
            ("employment", "person", "employer", "record", "number", "engagement", "substantive",
             "ended"),
            declared.JOB,
        ),
        "leaving_reason": declared.SENSITIVE_JOB,
    }  # fmt: skip
    not_personal = _FACT_NOT_PERSONAL

    class Meta:
        db_table = "register_employment"
        constraints = (
            always.days_in_order("employment"),
            always.recorded_in_order("employment"),
            always.one_provenance("employment"),
            models.CheckConstraint(
                condition=Q(engagement="employee", substantive=True)
                | (Q(substantive=False) & ~Q(engagement="employee")),
                name="register_employment_substantive",
            ),
        )


class Assignment(Fact):
    """The belief in which post, on what terms, an employment is spent; amounts as in ``Claim``.

    ``grade`` is the substantive one; whoever acts up or is promoted for a time has a
    ``temporary_grade`` beside it. During an ``absence`` the person stays employed.
    """

    employment = models.UUIDField(db_index=True)
    engagement_as_stated = models.CharField(max_length=20)
    grade = models.CharField(max_length=200, null=True)  # noqa: DJ001
    fte = models.BigIntegerField()
    profession = models.CharField(max_length=200, null=True)  # noqa: DJ001
    post_reference = models.CharField(max_length=100, null=True)  # noqa: DJ001
    post_title = models.CharField(max_length=300, null=True)  # noqa: DJ001
    place = models.ForeignKey(
        "register_places.Place", models.PROTECT, null=True, related_name="+", db_index=False
    )
    salary = models.BigIntegerField(null=True)
    day_rate = models.BigIntegerField(null=True)
    temporary_grade = models.CharField(max_length=200, null=True)  # noqa: DJ001
    absence = models.CharField(max_length=20, null=True)  # noqa: DJ001

    personal = {
        **_FACT_PERSONAL,
        **dict.fromkeys(
            ("employment", "engagement_as_stated", "grade", "fte", "profession", "place", "salary",
             "day_rate", "temporary_grade"),
            declared.JOB,
        ),
        **dict.fromkeys(("post_reference", "post_title"), declared.POST),
        "absence": declared.SENSITIVE_JOB,
    }  # fmt: skip
    not_personal = _FACT_NOT_PERSONAL

    class Meta:
        db_table = "register_assignment"
        constraints = (
            always.days_in_order("assignment"),
            always.recorded_in_order("assignment"),
            always.one_provenance("assignment"),
            *always.amounts("assignment"),
        )


class PersonName(Fact):
    """The belief under which name a source record holds its person, from when to when."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    record = models.ForeignKey(SourceRecord, models.PROTECT, related_name="+")
    surname = models.CharField(max_length=200)
    forenames = models.CharField(max_length=200, null=True)  # noqa: DJ001
    known_as = models.CharField(max_length=200, null=True)  # noqa: DJ001
    searched = models.CharField(max_length=620)

    personal = {
        **_FACT_PERSONAL,
        **dict.fromkeys(
            ("person", "record", "surname", "forenames", "known_as", "searched"), declared.WHO
        ),
    }
    not_personal = _FACT_NOT_PERSONAL

    class Meta:
        db_table = "register_person_name"
        constraints = (
            always.days_in_order("person_name"),
            always.recorded_in_order("person_name"),
            always.one_provenance("person_name"),
        )


class Identifier(Fact):
    """The belief in what identifies a person: kind ``nino``, ``birth_date`` or ``work_email``.

    A National Insurance number is encrypted in ``value`` and found by ``hashed``; the others
    stand in ``value`` as text.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    record = models.ForeignKey(SourceRecord, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=254)
    hashed = models.CharField(max_length=64, null=True)  # noqa: DJ001

    personal = {
        **_FACT_PERSONAL,
        **dict.fromkeys(("person", "record", "value", "hashed"), declared.WHO),
    }
    not_personal = (*_FACT_NOT_PERSONAL, "kind")

    class Meta:
        db_table = "register_identifier"
        constraints = (
            always.days_in_order("identifier"),
            always.recorded_in_order("identifier"),
            always.one_provenance("identifier"),
            models.CheckConstraint(
                condition=Q(kind="nino", hashed__isnull=False)
                | Q(kind__in=("birth_date", "work_email"), hashed__isnull=True),
                name="register_identifier_kind",
            ),
        )


class Conflict(Fact):
    """Days that a record claims and that are not believed, because they contradict a belief.

    ``against`` is the employment that stands in the way: another one of the person, or, where a
    person decided its days, the same.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    record = models.ForeignKey(SourceRecord, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    against = models.UUIDField()

    personal = {
        **_FACT_PERSONAL,
        **dict.fromkeys(("person", "record", "number", "against"), declared.DISPUTE),
    }
    not_personal = _FACT_NOT_PERSONAL

    class Meta:
        db_table = "register_people_conflict"
        constraints = (
            always.days_in_order("people_conflict"),
            always.recorded_in_order("people_conflict"),
            always.one_provenance("people_conflict"),
        )
