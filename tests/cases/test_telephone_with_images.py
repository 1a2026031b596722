"""A student shows a telephone with images: nothing of it is taken, the card says what to do, custody is recorded."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import DeviceRecord
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db


def test_a_telephone_is_shown_with_images() -> None:
    now = database_now()
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim", at=now)
    client = Client()
    client.force_login(staff.counselor)

    # From the case it is one click to the card, which says what nobody does.
    card = reverse("directory:cards")
    assert f'href="{card}#images"' in client.get(case.get_absolute_url()).content.decode()
    words = client.get(card).content.decode()
    assert "Never look at, copy, photograph, send or delete an image of a child" in words

    # Who held it since when, which officer took it, where it is now.
    path = reverse("cases:record_device", args=[case.pk])
    assert 'type="file"' not in (form := client.get(path).content.decode())
    assert f'href="{card}#images"' in form
    minute = timezone.localtime(now, staff.school.zone).strftime("%Y-%m-%dT%H:%M")
    custody = {
        "held_by": "Casey Counselor, unopened",
        "held_since": minute,
        "handed_over_at": minute,
        "officer": "Olu Officer",
        "agency": "City police",
        "where_now": "With the officer",
    }

    # A picture sent along is refused, with everything that came with it.
    picture = SimpleUploadedFile("evidence.jpg", b"\xff\xd8\xff" * 100, content_type="image/jpeg")
    assert client.post(path, custody | {"picture": picture}).status_code == 400
    with acting_as(staff.counselor.pk):
        assert not DeviceRecord.objects.exists()

    assert client.post(path, custody).status_code == 302
    page = client.get(reverse("cases:safety", args=[case.pk])).content.decode()
    for fact in ("Casey Counselor, unopened", "Olu Officer, City police", "With the officer"):
        assert fact in page
