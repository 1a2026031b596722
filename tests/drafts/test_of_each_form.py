"""A draft is of one form and of one person, also for a login that PostgreSQL lets see every draft: the owner's."""

import pytest

from csec.drafts import store
from csec.drafts.models import Draft
from csec.identity import acting_as
from tests import make
from tests.delivery.conftest import _as_the_owner  # noqa: F401 - a fixture
from tests.make import AT

AS_OWNER = True

pytestmark = pytest.mark.django_db


def test_each_is_found_and_dropped_for_itself() -> None:
    staff = make.Staff()
    kept = [(staff.teacher, "a form"), (staff.teacher, "another"), (staff.counselor, "a form")]
    for number, (person, form) in enumerate(kept):
        with acting_as(person.pk):
            store.keep(person=person.pk, form=form, fields={"n": [str(number)]}, at=AT)
    for number, (person, form) in enumerate(kept):
        found = store.find(person=person.pk, form=form)
        assert found
        assert found[0]["n"] == str(number)
    assert store.find(person=staff.counselor.pk, form="another") is None
    store.drop(person=staff.teacher.pk, form="a form")
    assert set(Draft.objects.values_list("person", "form")) == {
        (staff.teacher.pk, "another"),
        (staff.counselor.pk, "a form"),
    }
