"""Every field of every table posted to every form of sign-in: of a person only that changes for which the form is."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from csec.accounts.clock import database_time
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.routes import SECOND_FACTOR
from tests import make
from tests.accounts.at_the_door import PASSWORD, code, with_app
from tests.accounts.sign_in_routes import ROUTES, SENT, address
from tests.stored import dump

pytestmark = pytest.mark.django_db

#: No request may have more fields than a hundred.
AT_ONCE = 80
NEW = "a long sentence of my own"
#: What is rightly sent, and which columns of the person it changes. What is not here is refused or changes none.
RIGHT: dict[str, tuple[dict[str, str], set[str]]] = {
    "account_login": ({"login": "casey.counselor@example.org", "password": PASSWORD}, {"last_login"}),
    "account_change_password": (
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
        {"password"},
    ),
    "account_reauthenticate": ({"password": PASSWORD}, set()),
    "account_reset_password": ({"email": "casey.counselor@example.org"}, set()),
    "choose_language": ({"language": "es"}, {"language"}),
}
SENDING = [name for name, (_whom, methods) in ROUTES.items() if methods & SENT]


def of_every_table(staff: make.Staff) -> dict[str, str]:
    """The fields by name and by column, with a value that would give somebody something."""
    given = {"role": str(Role.LIAISON), "language": "es", "is_active": "false"}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            for name in {field.name, field.attname}:
                given.setdefault(name, _value(field, staff))
    return given


def _value(field: "models.Field[Any, Any]", staff: make.Staff) -> str:
    if field.related_model:
        return str(staff.elsewhere.pk if field.related_model is User else staff.other_school.pk)
    return "true" if isinstance(field, models.BooleanField) else "1999-09-09"


def batches(given: dict[str, str], without: set[str]) -> Iterator[dict[str, str]]:
    rest = [(name, value) for name, value in given.items() if name not in without]
    return (dict(rest[at : at + AT_ONCE]) for at in range(0, len(rest), AT_ONCE))


def people() -> dict[str, dict[str, Any]]:
    return {str(row["pk"]): row for row in User.objects.values("pk", *_COLUMNS)}


_COLUMNS = [field.attname for field in User._meta.concrete_fields if not field.primary_key]


@pytest.mark.parametrize("name", SENDING)
def test_a_field_that_the_form_does_not_have_gives_nobody_anything(name: str, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    staff = make.Staff()
    person, (right, changes) = staff.counselor, RIGHT.get(name, ({}, set()))
    secret = with_app(person)
    if name in ("mfa_authenticate", "mfa_reauthenticate"):
        right = {"code": code(secret)}
    given = of_every_table(staff)
    assert len(given) > 150
    tables = ("accounts_membership", "directory_school", "cases_caseperson", "accounts_emailaddress")
    stored, before = dump(), people()
    for more in batches(given, without=set(right)):
        client = Client()
        if name != "account_login":
            client.force_login(User.objects.get(pk=person.pk))
            session = client.session
            session[SECOND_FACTOR] = database_time().isoformat()
            session.save()
        before[str(person.pk)]["last_login"] = User.objects.get(pk=person.pk).last_login
        client.post(address(name), more | right)
        after = people()
        changed = {column for pk in before for column in _COLUMNS if before[pk][column] != after[pk][column]}
        assert before.keys() == after.keys()
        assert changed <= changes
        assert all(before[pk] == after[pk] for pk in before if pk != str(person.pk))
    now = dump()
    for table in tables:
        assert now.get(table) == stored.get(table), table


def test_what_is_rightly_sent_is_sent_to_a_page_of_sign_in() -> None:
    assert RIGHT.keys() <= set(SENDING)
