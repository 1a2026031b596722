"""A session ends by itself, whatever the page does; and somebody who has left is signed out at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from csec.accounts import sessions
from csec.accounts.backend import StaffOnly
from csec.accounts.models import Membership, Session, User
from tests import make
from tests.accounts.at_the_door import PASSWORD, code, is_signed_in, logged, pass_by, sign_in, with_app

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_it_ends_after_a_quarter_of_an_hour_without_a_request(staff: make.Staff) -> None:
    client = signed_in(staff.counselor)
    pass_by(14 * MINUTE)
    assert is_signed_in(client)
    pass_by(14 * MINUTE)
    assert is_signed_in(client)
    pass_by(15 * MINUTE)
    answer = client.get(reverse("home"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_it_ends_ten_hours_after_sign_in_however_busy_somebody_is(staff: make.Staff) -> None:
    client = signed_in(staff.counselor)
    for _n in range(42):
        pass_by(14 * MINUTE)
        assert client.get(reverse("stay")).status_code == 204
    pass_by(12 * MINUTE)
    assert client.get(reverse("stay")).status_code == 403
    assert not is_signed_in(client)


def test_a_page_that_is_open_without_sign_in_keeps_no_session(staff: make.Staff) -> None:
    client = signed_in(staff.counselor)
    pass_by(14 * MINUTE)
    client.get(reverse("directory:emergency_card"))
    pass_by(2 * MINUTE)
    assert not is_signed_in(client)


def test_signing_in_makes_a_new_session_and_the_old_one_is_gone(staff: make.Staff) -> None:
    client = Client()
    session = client.session
    session["before"] = "known to somebody else"
    session.save()
    client.cookies["sessionid"] = session.session_key
    sign_in(client, staff.counselor.email)
    assert client.session.session_key != session.session_key
    assert not sessions.SessionStore().exists(session.session_key)
    assert is_signed_in(client)


@pytest.mark.parametrize("by", ["password", "code"])
def test_proving_oneself_again_makes_a_new_key_and_the_session_ends_when_it_would_have(
    staff: make.Staff, by: str
) -> None:
    secret, client = with_app(staff.counselor), Client()
    sign_in(client, staff.counselor.email)
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    old, ends = client.cookies["sessionid"].value, Session.objects.get().ends_at
    proof = {"password": PASSWORD} if by == "password" else {"code": code(secret, +1)}
    answer = client.post(
        reverse("account_reauthenticate" if by == "password" else "mfa_reauthenticate"), proof
    )
    assert answer.status_code == 302
    assert is_signed_in(client)
    assert client.cookies["sessionid"].value != old
    assert Session.objects.get().ends_at == ends
    with_the_old = Client()
    with_the_old.cookies["sessionid"] = old
    assert not is_signed_in(with_the_old)


def test_what_one_does_is_noted_each_half_minute_and_no_more_once_the_session_ends_by_its_length(
    staff: make.Staff,
) -> None:
    client = signed_in(staff.counselor)
    assert noted(client) == 0
    pass_by(MINUTE)
    assert noted(client) == 1
    assert noted(client) == 0
    Session.objects.update(ends_at=F("expire_date") - 5 * MINUTE, expire_date=F("expire_date") - 5 * MINUTE)
    assert noted(client) == 0
    assert is_signed_in(client)


def noted(client: Client) -> int:
    """How often that somebody is there was written, while they opened one page."""
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("home"))
    return sum(query["sql"].startswith('UPDATE "accounts_session"') for query in asked)


def test_with_a_wrong_password_nobody_has_proved_themselves_again(staff: make.Staff) -> None:
    client = signed_in(staff.counselor)
    key = client.cookies["sessionid"].value
    with logged() as said:
        answer = client.post(reverse("account_reauthenticate"), {"password": "not the password of anybody"})
    assert answer.status_code == 200
    assert "password" in answer.context["form"].errors
    assert ("signed_in", "denied") in said
    assert client.cookies["sessionid"].value == key


def test_what_stands_in_the_table_signs_nobody_in(staff: make.Staff) -> None:
    client = signed_in(staff.counselor)
    [row] = Session.objects.all()
    assert client.cookies["sessionid"].value not in str(vars(row))
    thief = Client()
    thief.cookies["sessionid"] = row.session_key
    assert not is_signed_in(thief)
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not Session.objects.exists()


def test_an_account_that_is_closed_is_signed_out_by_the_next_request(staff: make.Staff) -> None:
    client = signed_in(staff.counselor)
    assert is_signed_in(client)
    User.objects.filter(pk=staff.counselor.pk).update(is_active=False)
    with logged() as said:
        assert not is_signed_in(client)
    assert said == [("session_revoked", "done")]
    assert not Session.objects.filter(person=staff.counselor).exists()


def test_nobody_who_has_left_is_anybody_for_whatever_asks_who_may_sign_in(staff: make.Staff) -> None:
    backend = StaffOnly()
    assert backend.user_can_authenticate(staff.counselor)
    assert backend.get_user(staff.counselor.pk) == staff.counselor
    User.objects.filter(pk=staff.counselor.pk).update(is_active=False)
    assert not backend.user_can_authenticate(User.objects.get(pk=staff.counselor.pk))
    assert backend.get_user(staff.counselor.pk) is None


def test_so_is_somebody_whose_last_role_has_ended(staff: make.Staff) -> None:
    client = signed_in(staff.counselor)
    assert is_signed_in(client)
    Membership.objects.filter(person=staff.counselor).update(until=make.SINCE)
    assert not is_signed_in(client)
    assert not Session.objects.filter(person=staff.counselor).exists()


def test_somebody_who_has_left_cannot_sign_in_again_and_learns_so_only_by_the_right_password(
    staff: make.Staff,
) -> None:
    Membership.objects.filter(person=staff.counselor).update(until=make.SINCE)
    answer = sign_in(Client(), staff.counselor.email)
    assert answer["Location"] == reverse("account_inactive")
    assert sign_in(Client(), staff.counselor.email, "not the password").status_code == 200


def test_a_leaver_is_signed_out_everywhere_by_one_call(staff: make.Staff) -> None:
    windows = [signed_in(staff.counselor) for _n in range(3)]
    other = signed_in(staff.teacher)
    assert sessions.end_all(staff.counselor.pk) == 3
    assert not any(is_signed_in(window) for window in windows)
    assert is_signed_in(other)


def test_signing_out_everywhere_ends_the_other_windows_too(staff: make.Staff) -> None:
    here, there, other = signed_in(staff.counselor), signed_in(staff.counselor), signed_in(staff.teacher)
    assert here.get(reverse("sign_out_everywhere")).status_code == 200
    here.post(reverse("sign_out_everywhere"))
    assert not is_signed_in(here)
    assert not is_signed_in(there)
    assert is_signed_in(other)


def test_a_new_password_ends_every_other_window(staff: make.Staff) -> None:
    here, there = Client(), signed_in(staff.counselor)
    sign_in(here, staff.counselor.email)
    new = "seven quiet rivers past noon"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post(reverse("account_change_password"), fields).status_code == 302
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_the_quick_exit_signs_out_and_leads_to_a_page_about_which_nobody_wonders(
    staff: make.Staff,
) -> None:
    client = signed_in(staff.counselor)
    with logged() as said:
        answer = client.get(reverse("leave"))
    assert answer["Location"] == "https://www.weather.gov/"
    assert said == [("signed_out", "done")]
    assert not is_signed_in(client)
    assert Client().get(reverse("leave"))["Location"] == "https://www.weather.gov/"


def test_a_page_that_was_left_alone_leads_back_to_itself_and_to_no_other_site(staff: make.Staff) -> None:
    client = signed_in(staff.counselor)
    page = client.get(reverse("timed_out"), {"next": "/cases/"}).content.decode()
    assert f'{reverse("account_login")}?next=/cases/"' in page
    assert not is_signed_in(client)
    elsewhere = client.get(reverse("timed_out"), {"next": "https://elsewhere.example/"}).content.decode()
    assert "elsewhere.example" not in elsewhere


def test_what_has_ended_is_deleted(staff: make.Staff) -> None:
    signed_in(staff.counselor)
    pass_by(20 * MINUTE)
    signed_in(staff.teacher)
    sessions.SessionStore.clear_expired()
    assert [row.person_id for row in Session.objects.all()] == [staff.teacher.pk]
