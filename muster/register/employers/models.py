"""Employers and remembered choices of names. Nothing here is personal."""

from django.db import models
from django.db.models import Q

from muster.kernel.ids import new_id


class Employer(models.Model):
    """One organisation that employs people, or once did.

    ``key`` is the public list's own identifier. Dates are as precise as their source
    (``2007``, ``2007-06-28``). Lists of keys and names are as in ``rules.Organisation``.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=200, unique=True)
    title = models.CharField(max_length=300)
    abbreviation = models.CharField(max_length=60, default="")
    kind = models.CharField(max_length=100, default="")
    status = models.CharField(max_length=20)
    opened = models.CharField(max_length=10, default="")
    closed = models.CharField(max_length=10, default="")
    parents = models.JSONField(default=list)
    superseded_by = models.JSONField(default=list)
    supersedes = models.JSONField(default=list)
    former_names = models.JSONField(default=list)
    abbreviations = models.JSONField(default=list)
    slug_words = models.CharField(max_length=300, default="")
    name_from_slug = models.BooleanField(default=False)
    sources = models.JSONField(default=list)
    pretend = models.BooleanField(default=False)

    class Meta:
        db_table = "register_employer"
        indexes = (models.Index(fields=("title",), name="register_employer_title"),)


class RememberedName(models.Model):
    """A person's choice of the employer that a stated name means."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=400)
    stated = models.CharField(max_length=400)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="remembered_names")
    chosen_by = models.CharField(max_length=100)
    chosen_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "register_remembered_name"
        constraints = (
            models.UniqueConstraint(
                fields=("name",),
                condition=models.Q(withdrawn_at__isnull=True),
                name="register_remembered_name_one_choice",
            ),
        )


class CodeStatement(models.Model):
    """What one landing (or a later release of its rows) states of organisations' codes."""

    id = models.BigAutoField(primary_key=True)
    landing = models.UUIDField()
    part = models.PositiveIntegerField()
    as_at = models.DateField()
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "register_organisation_statement"
        constraints = (
            models.UniqueConstraint(
                fields=("landing", "part"),
                condition=Q(recorded_to__isnull=True),
                name="register_organisation_inbox",
            ),
        )


class OrganisationCode(models.Model):
    """A code by which a public register names an organisation, as stated.

    Dates are as precise as stated (``2007``, ``2007-06-28``). ``employer`` is set where the name
    certainly means one; a code whose name means none is kept all the same.
    """

    pk = models.CompositePrimaryKey("statement_id", "row")
    statement = models.ForeignKey(
        CodeStatement, models.CASCADE, related_name="codes", db_index=False
    )
    row = models.PositiveIntegerField()
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    website = models.CharField(max_length=500, null=True)  # noqa: DJ001 - absent is not empty
    starts = models.CharField(max_length=10, null=True)  # noqa: DJ001
    ends = models.CharField(max_length=10, null=True)  # noqa: DJ001
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, related_name="codes")

    class Meta:
        db_table = "register_organisation_code"
        indexes = (models.Index(fields=("code",), name="register_organisation_by_code"),)


class Succession(models.Model):
    """On ``day`` the functions of an employer passed on: a merger, or a split among several.

    ``source`` says in words what states it, ``stated_by`` who brought it into the register. It
    stands until it is withdrawn, and a withdrawn one is kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    former = models.ForeignKey(Employer, models.PROTECT, related_name="successions")
    day = models.DateField()
    source = models.CharField(max_length=500)
    stated_by = models.CharField(max_length=100)
    stated_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=100, default="", blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "register_succession"
        constraints = (
            models.UniqueConstraint(
                fields=("former", "day"),
                condition=Q(withdrawn_at__isnull=True),
                name="register_succession_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
                name="register_succession_withdrawn_by",
            ),
        )


class Successor(models.Model):
    """One of the employers to which functions passed; ``place`` 0 is the principal one."""

    pk = models.CompositePrimaryKey("succession_id", "place")
    succession = models.ForeignKey(
        Succession, models.CASCADE, related_name="successors", db_index=False
    )
    place = models.PositiveSmallIntegerField()
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="+")

    class Meta:
        db_table = "register_successor"
        constraints = (
            models.UniqueConstraint(
                fields=("succession", "employer"), name="register_successor_once"
            ),
        )
