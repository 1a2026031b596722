"""What somebody types is taken as they typed it: read once, never a pattern, a header or a field of another name."""

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from cases.models import Concern
from csec.accounts import tries
from csec.accounts.models import PasswordReset, User
from csec.drafts import store
from csec.identity import acting_as
from tests import make
from tests.cases.test_bad_input import good, signed_in

pytestmark = pytest.mark.django_db

#: Each would become something else if it were read a second time, or filled in.
TYPED = "%s %(name)d %% {} {0.__class__} {{ 7|add:7 }} %3Cb%3E &lt;b&gt; \\u003cb\\x41 Ã©"


def test_a_text_is_decoded_once_and_nothing_is_filled_into_it() -> None:
    staff = make.Staff()
    client, path = signed_in(staff.teacher), reverse("cases:log_concern")
    back = client.post(path, good(staff) | {"account": TYPED, "first_known_at": ""})
    assert (back.status_code, escape(TYPED) in back.content.decode()) == (422, True)
    taken = client.post(path, good(staff) | {"account": TYPED})
    assert escape(TYPED) in client.get(taken["Location"]).content.decode()


def test_nothing_is_filled_into_a_name_that_is_put_into_a_sentence() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    staff.counselor.name = TYPED
    staff.counselor.save(update_fields=["name"])
    for person in (staff.counselor, staff.social_worker):
        client = signed_in(person)
        answer = client.post(f"{concern.get_absolute_url()}accept/", {"additions": "0"})
    page = client.get(answer["Location"]).content.decode()
    assert f"<span>{escape(TYPED)} took this concern" in page


def test_a_field_in_the_address_is_not_read_and_of_a_field_given_twice_the_last_one_is_all_there_is() -> None:
    staff = make.Staff()
    client, path = signed_in(staff.teacher), reverse("cases:log_concern")
    asked = client.post(f"{path}?account=In+the+address.", good(staff) | {"account": ""})
    assert (asked.status_code, "In the address." in asked.content.decode()) == (422, False)
    twice = good(staff) | {
        "account": ["The first.", "The last."],
        "school": [str(staff.other_school.pk), str(staff.school.pk)],
    }
    page = client.get(client.post(path, twice)["Location"]).content.decode()
    assert ("The first." in page, "The last." in page) == (False, True)
    with acting_as(staff.counselor.pk):
        assert Concern.objects.get().school_id == staff.school.pk


@pytest.mark.parametrize("feed", ["\n", "\r\n", "%0a", "\r\n\r\n"])
def test_an_address_with_a_line_feed_is_none_so_that_no_message_gets_another_header(feed: str) -> None:
    staff = make.Staff()
    address = f"{staff.counselor.email}{feed}Bcc: other@example.org"
    Client().post(reverse("account_reset_password"), {"email": address})
    assert not PasswordReset.objects.exists()
    with pytest.raises(ValidationError):
        User(name="Nell New", email=address).full_clean(exclude=["password"])


def test_what_was_signed_for_another_purpose_with_another_key_or_by_another_algorithm_is_nothing() -> None:
    staff = make.Staff()
    said = [str(staff.teacher.pk), "log_concern"]
    client = signed_in(staff.teacher)
    for answer, way in (
        (204, {"salt": store._SALT}),
        (400, {"salt": tries._SALT}),
        (400, {"salt": store._SALT, "key": "another"}),
        (400, {"salt": store._SALT, "algorithm": "sha1"}),
    ):
        signed = signing.TimestampSigner(**way).sign_object(said)
        kept = client.post(reverse("cases:keep_draft"), {store.FIELD: signed, "account": "Seen."})
        assert kept.status_code == answer, way
