"""What must be sent, and the signs of life of the processes that send it."""

from django.db import models


class Heartbeat(models.Model):
    """When a part of the chain (`clock`, `worker`) was last seen alive, by PostgreSQL's clock."""

    part = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()
