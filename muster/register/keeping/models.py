"""The tables of keeping: legal holds, runs and what they erased, certificates, and requests.

A person stands here as a plain identifier, without a key to the register: that something of them
was erased is known longer than they are. Nothing here states what was erased.
"""

from django.db import models
from django.db.models import F, Q

from muster.kernel.ids import new_id
from muster.kernel.personal import Personal

_BASIS = "Legal obligation (UK GDPR Article 6(1)(c)): Articles 5(1)(e), 5(2), 12, 15, 17 and 18"
_KEPT = "Six years after the request was closed, as proof that it was met"
_WHOSE = Personal("To know of whom something must be kept, was asked or was erased", _BASIS, _KEPT)
_ASKED = Personal("To meet a person's request, and to show that it was met", _BASIS, _KEPT)
_WHY = Personal("To show why something must not be erased", _BASIS, _KEPT)

RUN_STATES = ("previewed", "proposed", "approved", "refused", "done")
ITEM_STATES = ("waits", "erased", "kept")
REQUEST_KINDS = ("copy", "erasure")
REQUEST_STATES = ("asked", "checked", "ready", "answered", "refused", "expired")
OUTCOMES = ("erased", "to be erased", "refused", "nothing held")
HELD = ("person", "employer", "landing", "line")


class LegalHold(models.Model):
    """That something is not erased, though its time is up, until somebody lifts it.

    It holds a ``person``, or by ``kind`` and ``target`` an employer, a landing or a line of the
    schedule. It is looked at again on ``review_on``, and does not end by itself.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=20)
    target = models.CharField(max_length=100)
    person = models.UUIDField(null=True)
    why = models.CharField(max_length=500)
    review_on = models.DateField()
    placed_by = models.CharField(max_length=100)
    placed_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=100, null=True)  # noqa: DJ001 - absent is not empty
    lifted_at = models.DateTimeField(null=True)
    lifted_because = models.CharField(max_length=500, null=True)  # noqa: DJ001

    personal = {"person": _WHOSE, "target": _WHOSE, "why": _WHY, "lifted_because": _WHY}
    not_personal = ("id", "kind", "review_on", "placed_by", "placed_at", "lifted_by", "lifted_at")

    class Meta:
        db_table = "register_legal_hold"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="person", person__isnull=False)
                | Q(kind__in=HELD[1:], person__isnull=True),
                name="register_legal_hold_kind",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True, lifted_at__isnull=True)
                | (Q(lifted_at__isnull=False) & ~Q(lifted_by=F("placed_by"))),
                name="register_legal_hold_four_eyes",
            ),
        )


class Run(models.Model):
    """One erasing of what is past its time as at a day: previewed, proposed, approved, done.

    ``only`` is the person whose request it meets; None where it is of everybody. ``counts`` are
    those of the preview, by line and employer. ``worked_at`` is when it last got on.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    as_at = models.DateField()
    only = models.UUIDField(null=True)
    state = models.CharField(max_length=20, default="previewed")
    counts = models.JSONField(default=list)
    items_total = models.PositiveIntegerField(default=0)
    previewed_by = models.CharField(max_length=100)
    previewed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=100, null=True)  # noqa: DJ001
    proposed_at = models.DateTimeField(null=True)
    proposed_because = models.CharField(max_length=500, default="")
    decided_by = models.CharField(max_length=100, null=True)  # noqa: DJ001
    decided_at = models.DateTimeField(null=True)
    decided_because = models.CharField(max_length=500, default="")
    run_by = models.CharField(max_length=100, default="")
    worked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    personal = {"only": _WHOSE}
    not_personal = (
        "id", "as_at", "state", "counts", "items_total", "previewed_by", "previewed_at",
        "proposed_by", "proposed_at", "proposed_because", "decided_by", "decided_at",
        "decided_because", "run_by", "worked_at", "done_at",
    )  # fmt: skip

    class Meta:
        db_table = "register_keeping_run"
        constraints = (
            models.CheckConstraint(
                condition=Q(state="previewed", proposed_by__isnull=True)
                | Q(state="proposed", proposed_by__isnull=False, decided_by__isnull=True)
                | (
                    Q(state__in=RUN_STATES[2:], decided_by__isnull=False)
                    & ~Q(decided_by=F("proposed_by"))
                ),
                name="register_keeping_run_four_eyes",
            ),
        )


class RunItem(models.Model):
    """One thing of a run: by which line, of what kind, its identifier, and what became of it.

    ``counts`` are the rows erased, by table. ``because`` says why it was kept in the end.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, models.PROTECT, related_name="items")
    line = models.CharField(max_length=40)
    thing = models.CharField(max_length=320)
    person = models.UUIDField(null=True)
    employer = models.UUIDField(null=True)
    goes_on = models.DateField(null=True)
    state = models.CharField(max_length=10, default="waits")
    because = models.CharField(max_length=500, default="")
    counts = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)

    personal = {"person": _WHOSE, "thing": _WHOSE}
    not_personal = (
        "id", "run", "line", "employer", "goes_on", "state", "because", "counts", "done_at",
    )  # fmt: skip

    class Meta:
        db_table = "register_keeping_item"
        indexes = (
            models.Index(fields=("run", "state", "id"), name="register_keeping_item_next"),
            models.Index(fields=("person",), name="register_keeping_item_person"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("run", "line", "thing"), name="register_keeping_item_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waits", done_at__isnull=True)
                | Q(state="erased", done_at__isnull=False)
                | (Q(state="kept", done_at__isnull=False) & ~Q(because="")),
                name="register_keeping_item_state",
            ),
        )


class Certificate(models.Model):
    """The signed note of a run that is done, and where the decisions log holds it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    run = models.OneToOneField(Run, models.PROTECT, related_name="certificate")
    note = models.TextField()
    position = models.BigIntegerField()
    issued_at = models.DateTimeField()

    not_personal = ("id", "run", "note", "position", "issued_at")
    personal: dict[str, Personal] = {}

    class Meta:
        db_table = "register_keeping_certificate"


class Request(models.Model):
    """That a person asked for a copy of their data, or that it be erased.

    Who asks is signed in as the person; ``checked_by`` is the officer who made sure of it besides,
    where that was needed. The copy is kept encrypted from ``ready_at`` until ``expires_at``.
    ``objection`` is what the person holds against a refusal; another officer answers it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=10)
    person = models.UUIDField()
    words = models.CharField(max_length=1000, default="")
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    due = models.DateField()
    extended_because = models.CharField(max_length=500, default="")
    state = models.CharField(max_length=10, default="asked")
    checked_by = models.CharField(max_length=100, default="")
    decided_by = models.CharField(max_length=100, default="")
    decided_at = models.DateTimeField(null=True)
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="requests")
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    downloaded_at = models.DateTimeField(null=True)
    blob_key = models.BigIntegerField(null=True)
    objection = models.CharField(max_length=1000, default="")
    objected_at = models.DateTimeField(null=True)
    reviewed = models.CharField(max_length=1000, default="")
    reviewed_by = models.CharField(max_length=100, null=True)  # noqa: DJ001
    reviewed_at = models.DateTimeField(null=True)

    personal = {
        "person": _WHOSE,
        **dict.fromkeys(("words", "asked_by", "objection", "reviewed"), _ASKED),
    }
    not_personal = (
        "id", "kind", "asked_at", "due", "extended_because", "state", "checked_by", "decided_by",
        "decided_at", "run", "ready_at", "expires_at", "downloaded_at", "blob_key", "objected_at",
        "reviewed_by", "reviewed_at",
    )  # fmt: skip

    class Meta:
        db_table = "register_keeping_request"
        indexes = (
            models.Index(fields=("person", "asked_at"), name="register_keeping_request_of"),
            models.Index(fields=("state", "due"), name="register_keeping_request_due"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=REQUEST_KINDS, state__in=REQUEST_STATES),
                name="register_keeping_request_known",
            ),
            models.UniqueConstraint(
                fields=("person", "kind"),
                condition=Q(state__in=("asked", "checked")),
                name="register_keeping_request_one_open",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("decided_by")),
                name="register_keeping_request_another_reviews",
            ),
        )


class Answer(models.Model):
    """What was decided of one line of the schedule on a request for erasure.

    ``until`` is the last day it is kept; None where nobody can tell yet.
    """

    id = models.BigAutoField(primary_key=True)
    request = models.ForeignKey(Request, models.CASCADE, related_name="answers")
    line = models.CharField(max_length=40)
    outcome = models.CharField(max_length=20)
    things = models.PositiveIntegerField(default=0)
    because = models.CharField(max_length=500, default="")
    legal = models.CharField(max_length=500, default="")
    until = models.DateField(null=True)

    personal = dict.fromkeys(("line", "outcome", "because", "until"), _ASKED)
    not_personal = ("id", "request", "things", "legal")

    class Meta:
        db_table = "register_keeping_answer"
        constraints = (
            models.UniqueConstraint(
                fields=("request", "line"), name="register_keeping_answer_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=OUTCOMES)
                & (~Q(outcome="refused") | (~Q(because="") & ~Q(legal=""))),
                name="register_keeping_answer_says_why",
            ),
        )
