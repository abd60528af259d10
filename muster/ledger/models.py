"""The tables of the ledger. Rooms above never query them: they go through ``current.ledger``.

No entry holds a personal value in the clear: bodies are encrypted, and a subject is a pseudonym
(``kind:system:local-id``) that erasure removes.
"""

from django.db import models


class Head(models.Model):
    """The growing end of one log; its row is the lock that puts appends in order."""

    log = models.PositiveSmallIntegerField(primary_key=True)
    size = models.BigIntegerField(default=0)
    peaks = models.BinaryField(default=b"")

    class Meta:
        db_table = "ledger_head"


class Key(models.Model):
    """The key of a scope, wrapped; destroyed by emptying it."""

    scope = models.CharField(max_length=500)
    wrapped = models.BinaryField(null=True)

    class Meta:
        db_table = "ledger_key"
        constraints = (
            models.UniqueConstraint(
                fields=("scope",),
                condition=models.Q(wrapped__isnull=False),
                name="ledger_key_one_live_for_a_scope",
            ),
        )


class Entry(models.Model):
    """One entry of one log; ``address`` packs log number and position."""

    address = models.BigIntegerField(primary_key=True)
    recorded = models.BigIntegerField()
    type = models.TextField()
    subject = models.TextField()
    key_id = models.BigIntegerField(db_index=True)
    leaf = models.BinaryField()
    sealed = models.BinaryField(null=True)

    class Meta:
        db_table = "ledger_entry"


class Tile(models.Model):
    """The root of a complete subtree of 256, 65,536, ... entries."""

    pk = models.CompositePrimaryKey("log", "level", "index")
    log = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_tile"


class Checkpoint(models.Model):
    """A signed statement of size and root, one for each append."""

    pk = models.CompositePrimaryKey("log", "size")
    log = models.PositiveSmallIntegerField()
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()

    class Meta:
        db_table = "ledger_checkpoint"
