"""The list of releases is reviewed by counsel before a parent reads it: by whom, when, up to which entry."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.errors import NotPermitted
from tests import make
from tests.expect import conflict
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_counsel_alone_reviews_and_only_up_to_what_was_read() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.on_case_as_counsel(case, staff)
    given = {"case": case, "at": AT}
    with conflict("Nothing is recorded yet"):
        workflow.review_releases(actor=staff.counsel, last=uuid4(), **given)
    first = make.released(case, staff.counselor)
    for person in (staff.counselor, staff.administrator):
        with pytest.raises(NotPermitted):
            workflow.review_releases(actor=person, last=first.pk, **given)
    review = workflow.review_releases(actor=staff.counsel, last=first.pk, **given)
    assert (review.by_id, review.at, review.last_id) == (staff.counsel.pk, AT, first.pk)
    with conflict("Lou Counsel reviewed the list on Fri, Nov 20, 2:50 PM"):
        workflow.review_releases(actor=staff.counsel, last=first.pk, **given)
    newer = make.released(case, staff.counselor, at=AT + timedelta(minutes=1))
    with conflict("Something was recorded since"):
        workflow.review_releases(actor=staff.counsel, last=first.pk, **given)
    assert workflow.review_releases(actor=staff.counsel, last=newer.pk, **given).last_id == newer.pk


def test_the_page_shows_the_list_and_what_came_in_meanwhile() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.on_case_as_counsel(case, staff)
    first = make.released(case, staff.counselor)
    client = Client()
    client.force_login(staff.counsel)
    path = reverse("cases:review_releases", args=[case.pk])
    page = client.get(path)
    assert page.context["form"]["last"].value() == str(first.pk)
    assert "Dr. Rivera" in page.content.decode()
    newer = make.released(case, staff.counselor, recipient="Agent Cole", at=AT + timedelta(minutes=1))
    late = client.post(path, {"last": first.pk})
    assert late.status_code == 409
    assert "Agent Cole" in late.content.decode()
    assert str(newer.pk) in late.content.decode()
    assert client.post(path, {"last": newer.pk}).status_code == 302
