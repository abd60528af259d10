"""The tables of who may send what to whom: systems, agreements, routes."""

from django.db import models

from muster.kernel.ids import new_id


class System(models.Model):
    """A system that sends or receives: ``code`` names it, ``employer`` owns it, if one does."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    employer = models.UUIDField(null=True)

    class Meta:
        db_table = "hub_system"


class SystemToken(models.Model):
    """What a system shows to hand in files without a person; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    system = models.ForeignKey(System, models.PROTECT, related_name="tokens")
    title = models.CharField(max_length=100)
    hashed = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hub_system_token"


class Agreement(models.Model):
    """A data-sharing agreement: what may flow, from whom to whom, why, and until when.

    ``article6`` and ``article9`` are the letters of the lawful basis and condition in the UK GDPR.
    Where ``both_sign``, nothing flows before both sides have signed the present ``version``, and
    signatures count for the very terms that stand here. ``suspended_at`` says since when anybody
    has it suspended, ``ended_on`` is the first day after a side ended it for good.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    contract = models.CharField(max_length=100)
    sender = models.ForeignKey(System, models.PROTECT, related_name="+")
    receiver = models.CharField(max_length=100)
    fields = models.JSONField()
    purpose = models.TextField()
    lawful_basis = models.TextField()
    retention = models.TextField()
    processors = models.JSONField(default=list)
    signatories = models.JSONField(default=list)
    starts = models.DateField()
    ends = models.DateField(null=True)
    suspended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    article6 = models.CharField(max_length=20, default="")
    article9 = models.CharField(max_length=20, default="")
    both_sign = models.BooleanField(default=False)
    lowest_revision = models.PositiveIntegerField(default=1)
    ended_on = models.DateField(null=True)

    class Meta:
        db_table = "hub_agreement"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gt=models.F("starts")),
                name="hub_agreement_ends_after_it_starts",
            ),
        )


class AgreementVersion(models.Model):
    """Terms that were proposed, as canonical JSON; the newest one may wait for signatures.

    ``in_force_at`` is when the second side signed, ``withdrawn_at`` when it was given up.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    terms = models.TextField()
    digest = models.CharField(max_length=64)
    reason = models.TextField(default="")
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=100)
    in_force_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=100, default="")

    class Meta:
        db_table = "hub_agreement_version"
        constraints = (
            models.UniqueConstraint(
                fields=("agreement", "number"), name="hub_agreement_version_once"
            ),
            models.UniqueConstraint(
                fields=("agreement",),
                condition=models.Q(in_force_at__isnull=True, withdrawn_at__isnull=True),
                name="hub_agreement_one_proposal",
            ),
        )


class AgreementWarning(models.Model):
    """That both sides were warned once, so many days before an agreement's end."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="warnings")
    ends = models.DateField()
    days = models.PositiveSmallIntegerField()
    raised_at = models.DateTimeField()

    class Meta:
        db_table = "hub_agreement_warning"
        constraints = (
            models.UniqueConstraint(
                fields=("agreement", "ends", "days"), name="hub_agreement_warning_once"
            ),
        )


class Signature(models.Model):
    """That one side of an agreement signed one version of it; ``digest`` is of the terms signed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures")
    version = models.PositiveIntegerField()
    side = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    capacity = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    signed_by = models.CharField(max_length=100)

    class Meta:
        db_table = "hub_signature"
        constraints = (
            models.UniqueConstraint(
                fields=("agreement", "version", "side"), name="hub_signature_once"
            ),
            models.UniqueConstraint(
                fields=("agreement", "version", "signed_by"), name="hub_signature_four_eyes"
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=("sender", "receiver")), name="hub_signature_side_known"
            ),
        )


class Suspension(models.Model):
    """That a side stopped everything under an agreement; only that side lets it flow again.

    The side ``service`` is the governance of this service, which stands above both.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="suspensions")
    side = models.CharField(max_length=20)
    reason = models.TextField()
    began_at = models.DateTimeField()
    began_by = models.CharField(max_length=100)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=100, default="")
    lifted_because = models.TextField(default="")

    class Meta:
        db_table = "hub_suspension"
        constraints = (
            models.UniqueConstraint(
                fields=("agreement", "side"),
                condition=models.Q(lifted_at__isnull=True),
                name="hub_suspension_one_for_a_side",
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=("sender", "receiver", "service")),
                name="hub_suspension_side_known",
            ),
        )


class Endpoint(models.Model):
    """How a receiving system is spoken to: connector, settings, and (sealed) its secrets."""

    id = models.UUIDField(primary_key=True, default=new_id)
    system = models.ForeignKey(System, models.PROTECT, related_name="endpoints")
    kind = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)
    sealed = models.BinaryField(default=b"")
    tried_at = models.DateTimeField(null=True)
    ready = models.BooleanField(null=True)
    said = models.CharField(max_length=500, default="")

    class Meta:
        db_table = "hub_endpoint"


class RoutesToRegister(models.Manager["Route"]):
    """The routes by which files come to the register."""

    def get_queryset(self) -> models.QuerySet["Route"]:
        return super().get_queryset().filter(receiver__isnull=True)


class Route(models.Model):
    """A way for one contract from one system to one receiver, under one agreement.

    Without a ``receiver`` it leads to the register: files come this way as feeds. Otherwise
    messages go to another system, as its ``endpoint`` takes them, after ``translation`` (TOML; see
    ``translating``) and only those of its ``population``. ``shards`` says how many workers may
    share it. ``paused`` says why a person stopped it.

    ``owner`` is told when a feed is late, ``approver`` decides on feeds and messages that would
    change an unusual number of people; both are actors, or empty for whoever may govern the route.
    ``held`` says why the route stopped by itself for its approver, ``let_go_to`` up to which
    position somebody let messages go; ``most_touched`` and ``most_ending`` are the approver's own
    limits of an hour (None: the usual rule).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=100, unique=True)
    contract = models.CharField(max_length=100)
    source = models.ForeignKey(System, models.PROTECT, related_name="routes")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="routes")
    enabled = models.BooleanField(default=True)
    owner = models.CharField(max_length=100, default="")
    approver = models.CharField(max_length=100, default="")
    receiver = models.ForeignKey(System, models.PROTECT, null=True, related_name="+")
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, null=True, related_name="routes")
    translation = models.TextField(default="")
    translation_version = models.PositiveIntegerField(default=0)
    population = models.CharField(max_length=200, default="")
    shards = models.PositiveSmallIntegerField(default=1)
    paused = models.CharField(max_length=500, default="")
    held = models.CharField(max_length=500, default="")
    let_go_to = models.BigIntegerField(default=-1)
    most_touched = models.PositiveIntegerField(null=True)
    most_ending = models.PositiveIntegerField(null=True)

    objects = models.Manager()
    to_register = RoutesToRegister()

    class Meta:
        db_table = "hub_route"
