"""Runs, what they propose, and ties: what was found or decided of two records.

A tie is a fact: of it only the end of its recorded time is ever set. ``people.models`` shows these
to Django.
"""

from django.db import models
from django.db.models import F, Q

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal
from muster.register.people import constraints as always
from muster.register.people import declared


class MatchingRun(models.Model):
    """One full run over all records: by which model, from which thresholds on, and what came of it.

    ``precision`` and ``recall`` are the model's own estimates for pairs from ``likely_from`` on.
    ``automatic_from`` is null where no pair is sure enough to be linked without asking.
    A run whose changes wait for a person is ``reported``. ``learned`` is the model itself: what
    each level of agreement tells, and which records were compared; it holds no value of a record.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    model = models.CharField(max_length=64)
    fields = models.CharField(max_length=300)
    records = models.PositiveIntegerField()
    pairs = models.PositiveBigIntegerField()
    likely_from = models.FloatField()
    review_from = models.FloatField()
    automatic_from = models.FloatField(null=True)
    precision = models.FloatField()
    recall = models.FloatField()
    links = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()
    taken_back = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    decided_by = models.CharField(max_length=100, null=True)  # noqa: DJ001 - absent is not empty
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, null=True)  # noqa: DJ001
    learned = models.JSONField(null=True)

    not_personal = (
        "id", "at", "by", "model", "fields", "records", "pairs", "likely_from", "review_from",
        "automatic_from", "precision", "recall", "links", "asked", "taken_back", "state",
        "decided_by", "decided_at", "reason", "learned",
    )  # fmt: skip
    personal: dict[str, Personal] = {}

    class Meta:
        db_table = "register_matching_run"
        constraints = (
            models.CheckConstraint(
                condition=Q(state="reported", decided_by__isnull=True)
                | Q(state__in=("applied", "refused"), decided_by__isnull=False),
                name="register_matching_run_state",
            ),
        )


class Proposal(models.Model):
    """What a run would do with a pair: ``link`` it, ``ask`` a person, ``untie`` a link of before.

    ``why`` is what bars the pair from being linked without asking, ``evidence`` the weight of each
    field as JSON; it holds no value of a record. ``since`` is set where it was found between runs,
    when a record had changed, and ``until`` when a later look at one of its records took its place.
    """

    pk = models.CompositePrimaryKey("run_id", "first_id", "second_id")
    run = models.ForeignKey(MatchingRun, models.CASCADE, related_name="+", db_index=False)
    first = models.ForeignKey("register_people.SourceRecord", models.PROTECT, related_name="+")
    second = models.ForeignKey("register_people.SourceRecord", models.PROTECT, related_name="+")
    does = models.CharField(max_length=10)
    weight = models.FloatField()
    probability = models.FloatField()
    why = models.CharField(max_length=60)
    evidence = models.JSONField(default=list)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    personal = dict.fromkeys(("first", "second", "evidence"), declared.WHO)
    not_personal = ("run", "does", "weight", "probability", "why", "since", "until")

    class Meta:
        db_table = "register_matching_proposal"
        constraints = (
            models.CheckConstraint(
                condition=Q(does__in=("link", "ask", "untie"), first__lt=F("second")),
                name="register_matching_proposal_pair",
            ),
        )


class Tie(models.Model):
    """Two records are of one person (``same``), of two (``apart``), or nobody can tell.

    It came from a ``run``, or a person decided it. Where pay hangs on it, it does not act before
    another person has confirmed it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    first = models.ForeignKey("register_people.SourceRecord", models.PROTECT, related_name="+")
    second = models.ForeignKey("register_people.SourceRecord", models.PROTECT, related_name="+")
    says = models.CharField(max_length=10)
    acts = models.BooleanField()
    run = models.ForeignKey(MatchingRun, models.PROTECT, null=True, related_name="+")
    weight = models.FloatField(null=True)
    probability = models.FloatField(null=True)
    by = models.CharField(max_length=100)
    confirmed_by = models.CharField(max_length=100, null=True)  # noqa: DJ001
    reason = models.CharField(max_length=500)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    personal = dict.fromkeys(("first", "second", "says", "reason"), declared.WHO)
    not_personal = (
        "id", "acts", "run", "weight", "probability", "by", "confirmed_by", "recorded_from",
        "recorded_to",
    )  # fmt: skip

    class Meta:
        db_table = "register_record_tie"
        constraints = (
            models.UniqueConstraint(
                fields=("first", "second"),
                condition=Q(recorded_to__isnull=True),
                name="register_record_tie_one_for_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(says__in=("same", "apart", "unsure"), first__lt=F("second")),
                name="register_record_tie_pair",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("by")),
                name="register_record_tie_four_eyes",
            ),
            always.recorded_in_order("record_tie"),
        )


class ManyOfOne(models.Model):
    """A system that may hold a person more than once, each time by another number.

    Of all others it is taken that they hold a person once, as HR systems do.
    """

    system = models.CharField(primary_key=True, max_length=100)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    not_personal = ("system", "by", "at")
    personal: dict[str, Personal] = {}

    class Meta:
        db_table = "register_matching_many_of_one"


class RecordKeys(models.Model):
    """What a record says now, as keyed hashes by which records that share something are found.

    ``given_name`` and ``surname`` are hashed alike, so that exchanged ones are found. Null where
    the record says nothing. It is made from claims and can be made again at any time.
    """

    record = models.OneToOneField(
        "register_people.SourceRecord", models.CASCADE, primary_key=True, related_name="+"
    )
    given_name = models.BigIntegerField(null=True)
    surname = models.BigIntegerField(null=True)
    date_of_birth = models.BigIntegerField(null=True)
    identifier = models.BigIntegerField(null=True)

    personal = dict.fromkeys(
        ("record", "given_name", "surname", "date_of_birth", "identifier"), declared.WHO
    )
    not_personal: tuple[str, ...] = ()

    class Meta:
        db_table = "register_matching_keys"
        indexes = (
            models.Index(fields=("surname", "given_name"), name="register_matching_names"),
            models.Index(fields=("given_name", "date_of_birth"), name="register_matching_given"),
            models.Index(fields=("date_of_birth", "surname"), name="register_matching_born"),
            models.Index(fields=("identifier",), name="register_matching_number"),
        )


class Due(models.Model):
    """What changed since the last run and was not looked at yet: a record, or most of a system."""

    id = models.BigAutoField(primary_key=True)
    record = models.ForeignKey(
        "register_people.SourceRecord", models.CASCADE, null=True, related_name="+", db_index=False
    )
    system = models.CharField(max_length=100, null=True)  # noqa: DJ001 - absent is not empty
    at = models.DateTimeField()

    personal = {"record": declared.WHO}
    not_personal = ("id", "system", "at")

    class Meta:
        db_table = "register_matching_due"
        constraints = (
            models.CheckConstraint(
                condition=Q(record__isnull=True, system__isnull=False)
                | Q(record__isnull=False, system__isnull=True),
                name="register_matching_due_one_thing",
            ),
        )


class Night(models.Model):
    """The one nightly run: for which day it was last begun and done, and who is at it until when.

    The one row is what workers ask each other by: whoever sets it runs, the others do not.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    begun = models.DateField(null=True)
    done = models.DateField(null=True)
    worker = models.CharField(max_length=100, blank=True)
    until = models.DateTimeField(null=True)

    not_personal = ("id", "begun", "done", "worker", "until")
    personal: dict[str, Personal] = {}

    class Meta:
        db_table = "register_matching_night"
        constraints = (
            models.CheckConstraint(condition=Q(id=1), name="register_matching_night_is_one"),
        )
