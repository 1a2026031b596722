"""Where somebody is asked to report, the number of Child Welfare Services stands, before the deadline."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Concern
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db

NUMBER = 'href="tel:5550122"'
OLD = "it may be wrong"


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def test_the_number_stands_on_every_panel_that_asks_for_a_report_with_a_warning_when_it_is_old() -> None:
    staff = make.Staff()
    number = make.number_of(day=date(2020, 1, 2))
    case = make.case(staff)
    part = make.part(case, staff.counselor, "report")
    [duty] = make.duties(staff.counselor)
    [teachers] = make.duties(staff.teacher)
    with acting_as(staff.teacher.pk):
        concern = Concern.objects.get()
    pages = {
        "home": page(staff.counselor, reverse("home")),
        "case": page(staff.counselor, case.get_absolute_url()),
        "step": page(staff.counselor, reverse("cases:record_outcome", args=[case.pk, part.pk])),
        "duty": page(staff.counselor, reverse("cases:report_duty", args=[duty.pk])),
        "report": page(staff.counselor, reverse("cases:record_report", args=[duty.pk])),
        "what_now": page(staff.counselor, reverse("cases:what_now", args=[case.pk])),
        "teacher": page(staff.teacher, reverse("home")),
        "teachers duty": page(staff.teacher, reverse("cases:report_duty", args=[teachers.pk])),
        "concern": page(staff.teacher, concern.get_absolute_url()),
    }
    for name, words in pages.items():
        assert NUMBER in words, name
        assert OLD in words, name
        if "Written report due" in words:
            assert words.index(NUMBER) < words.index("Written report due"), name
    # Whoever has nothing to report is not told to telephone.
    assert NUMBER not in page(staff.counsel, reverse("home"))
    number.verified_on = make.AT.date()
    number.save(update_fields=["verified_on"])
    make.reported(case, staff.counselor)
    assert NUMBER not in page(staff.counselor, case.get_absolute_url())
