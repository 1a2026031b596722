"""Where a second factor is needed, a password alone opens nothing but the page that sets one up."""

import re
import subprocess
import sys
from io import StringIO
from typing import Any

import pytest
from allauth.account import app_settings as account
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from csec.accounts import second_factor
from csec.accounts.clock import database_time
from csec.accounts.models import Session, User
from csec.crypto.keys import CannotUnseal
from csec.routes import SECOND_FACTOR
from tests import make
from tests.accounts.at_the_door import PASSWORD, code, is_signed_in, logged, shown_ago, sign_in, with_app
from tests.test_tools import PRODUCTION, ROOT, _clean

pytestmark = pytest.mark.django_db

AUTHENTICATE = "/account/second-factor/sign-in/"


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


def through(client: Client, email: str, shown: str) -> Any:
    sign_in(client, email)
    return client.post(AUTHENTICATE, {"code": shown})


def test_a_password_alone_reaches_only_what_sets_one_up_and_the_way_out(staff: make.Staff) -> None:
    client = Client()
    sign_in(client, staff.counselor.email)
    for name in ("home", "cases:cases", "cases:new_concern", "account_change_password"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index")), name
    for name in ("mfa_index", "mfa_add_webauthn", "mfa_activate_totp", "account_logout"):
        assert client.get(reverse(name)).status_code == 200, name


def test_an_app_is_set_up_without_javascript_and_opens_the_rest_at_once(staff: make.Staff) -> None:
    client = Client()
    sign_in(client, staff.counselor.email)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    [spaced] = re.findall(r'class="secret">([A-Z2-7 ]+)<', page)
    assert "<svg" in page
    assert "style=" not in page
    with logged() as said:
        answer = client.post(reverse("mfa_activate_totp"), {"code": code(spaced.replace(" ", ""))})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert ("second_factor_added", "done") in said
    with logged() as said:
        codes = re.findall(r"<code>(\d{8})</code>", client.get(answer["Location"]).content.decode())
        assert len(set(codes)) == 10
        assert codes[0] not in client.get(answer["Location"]).content.decode()
    assert said == [("recovery_codes_shown", "done")]
    assert is_signed_in(client)


def test_a_wrong_first_code_sets_nothing_up(staff: make.Staff) -> None:
    client = Client()
    sign_in(client, staff.counselor.email)
    client.get(reverse("mfa_activate_totp"))
    with logged() as said:
        answer = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert said == [("second_factor_added", "denied")]
    assert "not right" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_with_an_app_the_password_is_asked_for_first_and_then_the_code(staff: make.Staff) -> None:
    secret, client = with_app(staff.counselor), Client()
    answer = sign_in(client, staff.counselor.email)
    assert answer["Location"] == AUTHENTICATE
    assert not is_signed_in(client)
    assert "not right" in client.post(AUTHENTICATE, {"code": "000000"}).content.decode()
    assert not is_signed_in(client)
    assert client.post(AUTHENTICATE, {"code": code(secret)}).status_code == 302
    assert is_signed_in(client)


def test_what_is_tied_to_the_account_of_somebody_else_opens_and_asks_nothing(staff: make.Staff) -> None:
    theirs, client = with_app(staff.administrator), Client()
    sign_in(client, staff.counselor.email)
    # The counselor has none: it is not asked for one that somebody else has.
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    with_app(staff.counselor)
    assert through(Client(), staff.counselor.email, code(theirs)).status_code == 200
    assert through(Client(), staff.administrator.email, code(theirs)).status_code == 302


def test_the_first_one_is_added_with_a_password_that_was_given_a_moment_ago(staff: make.Staff) -> None:
    client = Client()
    sign_in(client, staff.counselor.email)
    session = client.session
    [given] = session[AUTHENTICATION_METHODS_SESSION_KEY]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        given | {"at": given["at"] - account.REAUTHENTICATION_TIMEOUT}
    ]
    session.save()
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_a_code_is_taken_once_wherever_it_is_shown_again(staff: make.Staff) -> None:
    secret = with_app(staff.counselor)
    shown = code(secret)
    assert through(Client(), staff.counselor.email, shown).status_code == 302
    assert through(Client(), staff.counselor.email, shown).status_code == 200
    assert through(Client(), staff.counselor.email, code(secret, -1)).status_code == 200
    assert through(Client(), staff.counselor.email, code(secret, +1)).status_code == 302


@pytest.mark.parametrize(("later", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephone_may_be_half_a_minute_off(staff: make.Staff, later: int, taken: bool) -> None:
    secret = with_app(staff.counselor)
    at = database_time()
    shown = code(secret, later)
    assert (second_factor.counter_of(secret, shown, at=at) is not None) == taken


def test_a_recovery_code_signs_in_once(staff: make.Staff) -> None:
    with_app(staff.counselor)
    data = {"seed": second_factor.seal("5e" * 40), "used_mask": 0}
    row = Authenticator.objects.create(
        user=staff.counselor, type=Authenticator.Type.RECOVERY_CODES, data=data
    )
    [first, *_rest] = row.wrap().get_unused_codes()
    assert through(Client(), staff.counselor.email, first).status_code == 302
    assert through(Client(), staff.counselor.email, first).status_code == 200


def test_a_new_password_does_not_get_past_it(staff: make.Staff) -> None:
    with_app(staff.counselor)
    client = Client()
    staff.counselor.set_password("seven quiet rivers past noon")
    staff.counselor.save(update_fields=["password"])
    assert sign_in(client, staff.counselor.email, "seven quiet rivers past noon")["Location"] == AUTHENTICATE
    assert not is_signed_in(client)


def test_whoever_came_as_far_as_the_codes_by_a_password_that_was_changed_since_does_not_come_in(
    staff: make.Staff,
) -> None:
    secret, thief = with_app(staff.counselor), Client()
    sign_in(thief, staff.counselor.email)
    staff.counselor.set_password("seven quiet rivers past noon")
    staff.counselor.save(update_fields=["password"])
    with logged() as said:
        answer = thief.post(AUTHENTICATE, {"code": code(secret, -1)})
    assert answer["Location"] == reverse("account_login")
    assert said == [("signed_in", "denied")]
    assert not is_signed_in(thief)
    assert thief.post(AUTHENTICATE, {"code": code(secret)})["Location"] == reverse("account_login")
    owner = Client()
    sign_in(owner, staff.counselor.email, "seven quiet rivers past noon")
    owner.post(AUTHENTICATE, {"code": code(secret)})
    assert is_signed_in(owner)


def test_the_only_one_is_not_given_back_and_another_one_is(staff: make.Staff) -> None:
    with_app(staff.administrator)
    secret, client = with_app(staff.counselor), Client()
    through(client, staff.counselor.email, code(secret))
    mine = Authenticator.objects.filter(user=staff.counselor)
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert "only second factor" in answer.content.decode()
    assert mine.count() == 1
    key = {"name": "Desk", "credential": {}}
    Authenticator.objects.create(user=staff.counselor, type=Authenticator.Type.WEBAUTHN, data=key)
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    [left] = mine
    client.post(reverse("mfa_remove_webauthn", args=[left.pk]))
    assert mine.count() == 1


def test_nobody_touches_a_key_of_somebody_else(staff: make.Staff) -> None:
    secret, client = with_app(staff.counselor), Client()
    key = {"name": "Desk", "credential": {}}
    foreign = Authenticator.objects.create(user=staff.teacher, type=Authenticator.Type.WEBAUTHN, data=key)
    through(client, staff.counselor.email, code(secret))
    for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        assert client.get(reverse(name, args=[foreign.pk])).status_code == 404
        assert client.post(reverse(name, args=[foreign.pk]), {"name": "Mine"}).status_code == 404


def test_another_name_for_a_key_is_in_the_log(staff: make.Staff) -> None:
    secret, client = with_app(staff.counselor), Client()
    data = {"name": "Desk", "credential": {}}
    key = Authenticator.objects.create(user=staff.counselor, type=Authenticator.Type.WEBAUTHN, data=data)
    through(client, staff.counselor.email, code(secret))
    with logged() as said:
        assert client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "Home"}).status_code == 302
    assert said == [("second_factor_renamed", "done")]
    key.refresh_from_db()
    assert key.data["name"] == "Home"


@pytest.mark.parametrize("answer", ['{"id": "AAAA", "response": {}}', "[1]", '"text"', '{"id": 1}'])
def test_a_key_that_does_not_answer_rightly_signs_nobody_in_and_is_in_the_log(
    staff: make.Staff, answer: str
) -> None:
    with_app(staff.counselor)
    client = Client()
    sign_in(client, staff.counselor.email)
    with logged() as said:
        page = client.post(AUTHENTICATE, {"credential": answer})
    assert page.status_code == 200
    assert said == [("second_factor_shown", "denied")]
    assert not is_signed_in(client)


def test_it_is_fresh_for_five_minutes_and_again_when_it_is_shown_again(staff: make.Staff) -> None:
    secret, client = with_app(staff.counselor), Client()
    through(client, staff.counselor.email, code(secret))

    class Seen:
        session = client.session

    shown: Any = second_factor.shown_at(Seen)  # type: ignore[arg-type]
    assert second_factor.is_fresh(Seen, at=shown + second_factor.FRESH)  # type: ignore[arg-type]
    assert not second_factor.is_fresh(Seen, at=shown + 2 * second_factor.FRESH)  # type: ignore[arg-type]
    answer = client.post(f"{reverse('mfa_reauthenticate')}?next=/", {"code": code(secret, +1)})
    assert answer["Location"] == "/"
    assert client.session[SECOND_FACTOR] > shown.isoformat()


def test_what_an_app_shares_is_sealed_in_the_database_and_opens_with_its_key_alone(staff: make.Staff) -> None:
    secret = with_app(staff.counselor)
    [row] = Authenticator.objects.all()
    assert secret not in str(row.data)
    with pytest.raises(CannotUnseal):
        second_factor.unseal(row.data["secret"].replace("1:", "9:", 1))
    assert second_factor.unseal(row.data["secret"]) == secret


def test_production_does_not_start_without_it() -> None:
    started = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**_clean(), **PRODUCTION, "SECOND_FACTOR_REQUIRED": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode != 0
    assert "SECOND_FACTOR_REQUIRED" in started.stderr


def test_the_demo_and_the_tests_do_without(settings: Any, staff: make.Staff) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    client = Client()
    sign_in(client, staff.counselor.email)
    assert is_signed_in(client)


def test_whoever_signs_in_goes_on_to_their_first_screen_unless_a_drill_of_theirs_still_runs(
    settings: Any, staff: make.Staff
) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    client = Client()
    assert sign_in(client, staff.counselor.email)["Location"] == reverse("home")
    client.post(reverse("drills:begin_drill"), {"situation": "suspected_victim"})
    asked = sign_in(Client(), staff.counselor.email)["Location"]
    assert asked == f"{reverse('drills:drill')}?next=%2F"


def test_where_it_is_not_needed_the_only_one_is_given_back(settings: Any, staff: make.Staff) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    secret, client = with_app(staff.counselor), Client()
    through(client, staff.counselor.email, code(secret))
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.exists()


def test_somebody_who_has_lost_every_one_is_let_in_again_by_whoever_runs_the_installation(
    staff: make.Staff,
) -> None:
    with_app(staff.administrator)
    colleague = Client()
    colleague.force_login(staff.teacher)
    secret, client, said = with_app(staff.counselor), Client(), StringIO()
    through(client, staff.counselor.email, code(secret))
    with logged() as written:
        call_command("reset_second_factor", staff.counselor.email.upper(), stdout=said)
    assert said.getvalue() == "second factors taken away: 1\n"
    assert written == [("second_factor_reset", "done")]
    assert client.get(reverse("home"))["Location"].startswith(reverse("account_login"))
    # The password may have been a short one, beside the factor: whoever knows it would set up a factor of their own.
    sign_in(client, staff.counselor.email)
    assert client.get(reverse("home"))["Location"].startswith(reverse("account_login"))
    assert User.objects.get(pk=staff.teacher.pk).has_usable_password()
    by_link = User.objects.get(pk=staff.counselor.pk)
    by_link.set_password(PASSWORD)
    by_link.save(update_fields=["password"])
    sign_in(client, staff.counselor.email)
    assert client.get(reverse("home"))["Location"] == reverse("mfa_index")
    assert [left.user_id for left in Authenticator.objects.all()] == [staff.administrator.pk]
    assert Session.objects.filter(person=staff.teacher).exists()
    with pytest.raises(CommandError, match="Nobody"):
        call_command("reset_second_factor", "nobody@example.org")


def test_whoever_turned_back_at_the_codes_does_not_stand_in_the_way_of_the_next_at_that_browser(
    staff: make.Staff,
) -> None:
    with_app(staff.counselor)
    client = Client()
    assert sign_in(client, staff.counselor.email)["Location"] == AUTHENTICATE
    client.post(reverse("account_logout"))
    with logged() as said:
        sign_in(client, staff.teacher.email)
    assert ("signed_in", "done") in said
    assert client.get(reverse("home"))["Location"] == reverse("mfa_index")


def test_a_first_password_is_set_by_whoever_has_just_shown_a_second_factor(staff: make.Staff) -> None:
    """At an open window of somebody who signs in by the district's account nobody else gives the account a password."""
    person = staff.counselor
    with_app(person)
    User.objects.filter(pk=person.pk).update(password=make_password(None))
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    session = client.session
    session[SECOND_FACTOR] = database_time().isoformat()
    session.save()
    path = reverse("account_set_password")
    assert client.get(path).status_code == 200
    shown_ago(session.session_key, 2 * second_factor.FRESH)
    typed = {"password1": "a long sentence of my own", "password2": "a long sentence of my own"}
    for answer in (client.get(path), client.post(path, typed)):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    assert not User.objects.get(pk=person.pk).has_usable_password()
