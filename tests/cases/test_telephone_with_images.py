"""Scenario 15, a telephone with images: nothing of it is taken, the card says what to do, custody is recorded."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import DeviceRecord
from csec.identity import acting_as
from tests import around, make
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_a_telephone_is_shown_with_images() -> None:
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim")
    client = Client()
    client.force_login(staff.counselor)

    # From the case it is one click to the card, which says what nobody does.
    card = reverse("directory:cards")
    assert f'href="{card}#images"' in client.get(case.get_absolute_url()).content.decode()
    words = client.get(card).content.decode()
    assert "Never look at, copy, photograph, send or delete an image of a child" in words

    # The form takes no file; a picture sent along is refused, with everything that came with it.
    path = reverse("cases:record_device", args=[case.pk])
    assert 'type="file"' not in (form := client.get(path).content.decode())
    assert f'href="{card}#images"' in form
    picture = SimpleUploadedFile("evidence.jpg", b"\xff\xd8\xff" * 100, content_type="image/jpeg")
    assert client.post(path, around.device() | {"picture": picture}).status_code == 400
    with acting_as(staff.counselor.pk):
        assert not DeviceRecord.objects.exists()

    # Who held it since when, which officer took it, where it is now: Friday 20 November 2026, at ten to three.
    custody = {
        "held_by": "Casey Counselor, unopened",
        "handed_over_at": AT + timedelta(minutes=35),
        "officer": "Olu Officer",
        "agency": "City police",
        "where_now": "With the officer",
    }
    workflow.record_device(
        actor=staff.counselor, case=case, at=AT + timedelta(minutes=40), **around.device(**custody)
    )
    page = client.get(reverse("cases:safety", args=[case.pk])).content.decode()
    for fact in (
        "Casey Counselor, unopened, since Fri, Nov 20, 2:50 p.m.",
        "Fri, Nov 20, 3:25 p.m.: Olu Officer, City police",
        "With the officer",
    ):
        assert fact in page
