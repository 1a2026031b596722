"""The mark by which the demo knows whom it made."""

from django.db import models

from csec.accounts.models import User


class Invented(models.Model):
    """
    That `make_demo` made this person: one click signs in nobody else.

    A database that holds people and no mark is somebody's own, and the demo leaves it alone.
    """

    person = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="invented")
