"""Who has opened a case, for those who may open it themselves."""

from datetime import date

from django.db import connection

from cases.models import Case
from csec.accounts.models import User


def case_readers(case: Case) -> list[tuple[str, date]]:
    """Who has opened the case and on which day last, by name; for those who may open it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person, last_on FROM case_readers(%s)", [case.pk])
        rows = cursor.fetchall()
    names = {person.pk: person.name for person in User.objects.filter(pk__in=[row[0] for row in rows])}
    return sorted((names[person], last_on) for person, last_on in rows)
