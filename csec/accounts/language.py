"""The language in which somebody reads: their own choice, and nobody else's."""

from django.db import transaction

from csec.accounts.models import User
from csec.audit.log import record
from csec.identity import acting_as


def choose_language(person: User, language: str) -> None:
    """Read in this language from now on; "" leaves it to the browser. ValueError for one that is not known."""
    if language not in User.Language.values and language != "":
        raise ValueError("not a language that there is")
    with acting_as(person.pk), transaction.atomic():
        row = User.objects.select_for_update().get(pk=person.pk)
        row.language = language
        row.save(update_fields=["language"])
        record("language_chosen", actor=row.pk, role=row.main_role, subject=row.pk)
    person.language = language
