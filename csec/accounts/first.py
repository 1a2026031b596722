"""The first person of a district who may let others in."""

from datetime import date
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.db import connection

from csec.accounts.models import User


def make_first_liaison(*, address: str, name: str, on: date) -> User | None:
    """
    Make a district liaison out of nobody, or of whoever is known by this address; None when there is one already.

    PostgreSQL does it by itself: the application gives a role only in the name of somebody who has one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT first_liaison(%s, %s, %s, %s, %s)",
            [uuid4(), name, User.objects.normalize_email(address), make_password(None), on],
        )
        [made] = cursor.fetchone()
    return User.objects.get(pk=made) if made else None
