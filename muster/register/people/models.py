"""People: what systems claim of them, and what the register believes.

*Claims* hold everything a row said, under the sender's own key, and never change. *Beliefs*
(crosswalk, employment, assignment, name, identifier) are derived from claims or decided by a
person, and are bitemporal: valid on legal days, half open, and recorded from an instant until
they were replaced. Only ``recorded_to`` of a fact may ever be updated; see ``constraints.py``.

Each model declares its personal fields beside them.
"""

from django.db import models
from django.db.models import F, Q

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal
from muster.register.people.constraints import days_in_order, one_provenance, recorded_in_order

_BASIS = "Public task (UK GDPR Article 6(1)(e)): keeping the employment records of public bodies"
_CLAIMS = "Seven years from the as-at date, as pay records are kept"
_BELIEFS = "Until the person's 100th birthday, as employment and pension records are kept"


def _declared(purpose: str, retention: str = _BELIEFS, scrub: object = None) -> Personal:
    return Personal(purpose, _BASIS, retention, scrub)


_WHO = _declared("To tell people apart and to find a person's record")
_JOB = _declared("To know by whom a person is employed, from when to when, and on what terms")
_PROOF = _declared("To show where a fact about a person came from, and who decided it")


class Statement(models.Model):
    """What one landing, or a later release of its rows, says of an employer's people as at a day.

    The room's inbox: a landing's part is stored once, whatever is delivered twice.
    """

    id = models.BigAutoField(primary_key=True)
    landing = models.UUIDField()
    part = models.PositiveIntegerField()
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    system = models.CharField(max_length=100)
    as_at = models.DateField()
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    not_personal = (
        "id", "landing", "part", "employer", "system", "as_at", "recorded_from", "recorded_to",
    )  # fmt: skip
    personal: dict[str, Personal] = {}

    class Meta:
        db_table = "register_people_statement"
        indexes = (models.Index(fields=("system", "as_at"), name="register_people_as_at"),)
        constraints = (
            models.UniqueConstraint(fields=("landing", "part"), name="register_people_inbox"),
            recorded_in_order("statement"),
        )


class SourceRecord(models.Model):
    """A source system's own record of somebody: the key it uses, never rewritten."""

    id = models.UUIDField(primary_key=True, default=new_id)
    system = models.CharField(max_length=100)
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    staff_number = models.CharField(max_length=60)

    personal = {"staff_number": _WHO}
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
    in billionths of full time, ``salary`` in pence a year of full time. ``leaving`` is the last
    day employed.
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

    personal = {
        **dict.fromkeys(
            ("surname", "forenames", "known_as", "birth_date", "nino", "nino_hash", "work_email"),
            _declared("To tell people apart and to show what a system said", _CLAIMS),
        ),
        **dict.fromkeys(
            ("record", "start", "leaving", "engagement", "grade", "fte", "profession",
             "post_reference", "post_title", "place", "salary"),
            _declared("To derive and to prove employment and its terms", _CLAIMS),
        ),
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
        constraints = (
            models.CheckConstraint(
                condition=Q(leaving__isnull=True) | Q(leaving__gte=F("start")),
                name="register_people_claim_leaves_after_start",
            ),
            models.CheckConstraint(
                condition=Q(fte__gte=0) & (Q(salary__isnull=True) | Q(salary__gte=0)),
                name="register_people_claim_amounts",
            ),
        )


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

    personal = dict.fromkeys(
        ("staff_number", "nino_hash"),
        _declared("To keep somebody whose row is damaged from being taken for gone", _CLAIMS),
    )
    not_personal = ("statement", "row")

    class Meta:
        db_table = "register_people_waiting_row"


class Person(models.Model):
    """One human being, as far as the register knows. Everything known hangs on this identifier."""

    id = models.UUIDField(primary_key=True, default=new_id)

    personal = {"id": _declared("To hold together what is known of one person")}
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

    personal = {"record": _WHO, "person": _WHO}
    not_personal = ("id", "rule", "by", "recorded_from", "recorded_to")

    class Meta:
        db_table = "register_crosswalk"
        constraints = (
            models.UniqueConstraint(
                fields=("record",),
                condition=Q(recorded_to__isnull=True),
                name="register_crosswalk_one_person",
            ),
            recorded_in_order("crosswalk"),
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


_FACT_PERSONAL = {"valid_from": _JOB, "valid_to": _JOB, "decided_by": _PROOF}
_FACT_NOT_PERSONAL = ("id", "statement", "row", "recorded_from", "recorded_to")


class Employment(Fact):
    """The belief that a person is employed by an employer.

    ``employment`` stays the same over all facts of one employment; ``record`` and ``number`` say
    which of a source record's employments it is, where it came from a system. ``ended`` says why
    it ends.
    """

    employment = models.UUIDField(db_index=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    employer = models.ForeignKey("register_employers.Employer", models.PROTECT, related_name="+")
    record = models.ForeignKey(SourceRecord, models.PROTECT, null=True, related_name="+")
    number = models.PositiveIntegerField(null=True)
    engagement = models.CharField(max_length=20)
    substantive = models.BooleanField()
    ended = models.CharField(max_length=20, null=True)  # noqa: DJ001

    personal = {
        **_FACT_PERSONAL,
        **dict.fromkeys(
            ("employment", "person", "employer", "record", "number", "engagement", "substantive",
             "ended"),
            _JOB,
        ),
    }  # fmt: skip
    not_personal = _FACT_NOT_PERSONAL

    class Meta:
        db_table = "register_employment"
        constraints = (
            days_in_order("employment"),
            recorded_in_order("employment"),
            one_provenance("employment"),
            models.CheckConstraint(
                condition=Q(engagement="employee", substantive=True)
                | (Q(substantive=False) & ~Q(engagement="employee")),
                name="register_employment_substantive",
            ),
        )


class Assignment(Fact):
    """The belief in which post, on what terms, an employment is spent; amounts as in ``Claim``."""

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

    personal = {
        **_FACT_PERSONAL,
        **dict.fromkeys(
            ("employment", "engagement_as_stated", "grade", "fte", "profession", "post_reference",
             "post_title", "place", "salary"),
            _JOB,
        ),
    }  # fmt: skip
    not_personal = _FACT_NOT_PERSONAL

    class Meta:
        db_table = "register_assignment"
        constraints = (
            days_in_order("assignment"),
            recorded_in_order("assignment"),
            one_provenance("assignment"),
            models.CheckConstraint(
                condition=Q(fte__gte=0) & (Q(salary__isnull=True) | Q(salary__gte=0)),
                name="register_assignment_amounts",
            ),
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
        **dict.fromkeys(("person", "record", "surname", "forenames", "known_as", "searched"), _WHO),
    }
    not_personal = _FACT_NOT_PERSONAL

    class Meta:
        db_table = "register_person_name"
        constraints = (
            days_in_order("person_name"),
            recorded_in_order("person_name"),
            one_provenance("person_name"),
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
        **dict.fromkeys(("person", "record", "value", "hashed"), _WHO),
    }
    not_personal = (*_FACT_NOT_PERSONAL, "kind")

    class Meta:
        db_table = "register_identifier"
        constraints = (
            days_in_order("identifier"),
            recorded_in_order("identifier"),
            one_provenance("identifier"),
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
        **dict.fromkeys(
            ("person", "record", "number", "against"),
            _declared("To have a person resolve what systems disagree on"),
        ),
    }
    not_personal = _FACT_NOT_PERSONAL

    class Meta:
        db_table = "register_people_conflict"
        constraints = (
            days_in_order("people_conflict"),
            recorded_in_order("people_conflict"),
            one_provenance("people_conflict"),
        )
