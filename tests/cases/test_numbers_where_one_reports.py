"""Where somebody is asked to report, the number of Child Welfare Services stands, before the deadline."""

import re
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


ROLES = ("teacher", "counselor", "social_worker", "sro", "administrator", "liaison", "counsel")


@pytest.mark.parametrize("role", ROLES)
def test_the_call_and_what_to_say_stand_before_the_form_of_a_concern(role: str) -> None:
    staff = make.Staff()
    make.number_of(day=date(2020, 1, 2))
    shown = page(getattr(staff, role), reverse("cases:new_concern"))
    shown = shown[shown.index("<main") :]
    order = [
        'href="tel:911"',
        "telephone Child Welfare Services at once",
        NUMBER,
        OLD,
        'within 36 hours, weekends included. <span class="source">Statute: Penal Code 11166(a)',
        "Say: “I work at a school.",
        "<summary>What they ask</summary>",
        "</details>",
        f'href="{reverse("cases:log_concern")}"',
    ]
    places = [shown.index(words) for words in order]
    assert places == sorted(places)
    # The form says it again, in one line at its head.
    form = page(getattr(staff, role), reverse("cases:log_concern"))
    assert form.index(NUMBER) < form.index('<form class="verb"')


def test_on_the_form_it_stands_also_while_a_student_is_looked_for_and_when_something_is_missing() -> None:
    staff = make.Staff()
    make.number_of()
    client = Client()
    client.force_login(staff.teacher)
    for typed, status in (({"find": "1", "student_query": "Avery"}, 200), ({"account": ""}, 422)):
        answer = client.post(reverse("cases:log_concern"), typed)
        assert answer.status_code == status
        assert NUMBER in answer.content.decode()


def test_where_the_district_has_entered_no_number_the_way_leads_to_the_emergency_card() -> None:
    staff = make.Staff()
    card = reverse("directory:emergency_card")
    shown = page(staff.teacher, reverse("cases:new_concern"))
    assert f'<a href="{card}">Their number is not entered here: look on the emergency card.</a>' in shown
    assert f'<a href="{card}">Numbers to call</a>' in page(staff.teacher, reverse("cases:log_concern"))


def test_what_they_ask_is_one_list_before_a_concern_and_of_one() -> None:
    """Before it is written the reader alone is known, and their school where they have one."""
    staff = make.Staff()
    concern = make.concern(staff)
    before, of_one = (
        page(staff.teacher, path)
        for path in (reverse("cases:new_concern"), reverse("cases:concern_sheet", args=[concern.pk]))
    )
    asked = re.findall(r"<dt>(.*?)</dt>", before)
    assert len(asked) > 20
    assert asked == re.findall(r"<dt>(.*?)</dt>", of_one)
    known = re.findall(r"<dt>([^<]*)</dt><dd>", before)
    assert known == ["Your name", "Your position", "Where you work", "Kind of abuse"]
    assert "Avery" not in before
    # Whoever works at more than one says at which.
    assert "<dt>Where you work</dt><dd>" not in page(staff.liaison, reverse("cases:new_concern"))
    begun = f"{reverse('cases:new_concern')}?school={staff.school.pk}"
    assert "<dt>Where you work</dt><dd>Alder High</dd>" in page(staff.liaison, begun)
