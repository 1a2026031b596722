"""What an installation promises beside its pages: its cookies, its passwords, no files, nothing to be read around."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django import forms
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from csec.accounts.models import User
from tests import make
from tests.accounts.at_the_door import PASSWORD, is_signed_in, sign_in, with_app
from tests.test_headers import addresses
from tests.test_tools import PRODUCTION, ROOT, _clean

ASKED = """
import json
from django.conf import settings
import django; django.setup()
from csec import told
from csec.routes import DRILL_COOKIE
from csec.accounts import tries
from django.contrib.auth.hashers import get_hasher
print(json.dumps({
    "cookies": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME,
                DRILL_COOKIE, told.SealedCookie.cookie_name],
    "device": tries.COOKIE,
    "secure": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE],
    "hsts": [settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS],
    "hasher": [get_hasher().algorithm, get_hasher().iterations],
    "debug": settings.DEBUG,
}))
"""


def test_production_has_its_cookies_for_itself_encrypted_connections_and_a_slow_hash() -> None:
    asked = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=ROOT,
        env={**_clean(), **PRODUCTION},
        capture_output=True,
        text=True,
        check=True,
    )
    said: dict[str, Any] = json.loads(asked.stdout)
    assert all(name.startswith("__Host-") for name in said["cookies"])
    assert said["device"].startswith("__Secure-")
    assert said["secure"] == [True, True]
    assert said["hsts"] == [365 * 24 * 60 * 60, True]
    assert said["hasher"][0] == "pbkdf2_sha256"
    assert said["hasher"][1] >= 600_000
    assert said["debug"] is False


@pytest.mark.django_db
def test_no_script_reads_a_cookie_and_no_other_site_sends_one_along() -> None:
    client = Client()
    client.get(reverse("account_login"))
    client.get(reverse("speak", args=["es"]))
    sign_in(client, make.Staff().counselor.email)
    assert set(client.cookies) == {"csrftoken", "sessionid", "lantern_device", "language"}
    for name, cookie in client.cookies.items():
        assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", ""), name


@pytest.mark.django_db
def test_an_encrypted_connection_is_asked_for_a_year_long_on_every_page_and_error(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    client, seen = Client(), set()
    for address in [*addresses(), "/nothing-here/"]:
        answer = client.get(address, secure=True)
        seen.add(answer.status_code)
        assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", address
    assert {200, 302, 404, 405} <= seen


@pytest.mark.django_db
def test_a_file_is_refused_before_it_is_kept_whoever_sends_it_and_no_form_or_table_takes_one() -> None:
    staff = make.Staff()
    signed_in = Client()
    signed_in.force_login(staff.teacher)
    for client, name in ((Client(), "account_login"), (signed_in, "cases:log_concern")):
        for kind in ("image/jpeg", "text/csv", "application/zip"):
            file = SimpleUploadedFile("evidence", b"\xff\xd8\xff" * 1000, content_type=kind)
            assert client.post(reverse(name), {"account": "Seen.", "file": file}).status_code == 400
    assert not [
        field
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, models.FileField)
    ]
    takes = [
        form
        for form in _below(forms.BaseForm)
        if any(isinstance(f, forms.FileField) for f in form.base_fields.values())
    ]
    assert takes == []


def _below(kind: Any) -> list[Any]:
    """Every form of ours and of the libraries' that has been imported."""
    direct = [one for one in kind.__subclasses__() if not one.__module__.startswith(("django.", "tests."))]
    return [one for one in direct if hasattr(one, "base_fields")] + [
        more for one in kind.__subclasses__() for more in _below(one)
    ]


def test_every_template_that_another_one_names_is_there() -> None:
    named = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in (ROOT / "templates").rglob("*.*")
        if path.suffix in (".html", ".txt", ".svg")
        for name in re.findall(r"{%-?\s*(?:include|extends)\s+[\"']([^\"']+)[\"']", path.read_text())
    }
    assert len(named) > 100
    missing = []
    for path, name in named:
        try:
            get_template(name)
        except TemplateDoesNotExist:
            missing.append(f"{path}: {name}")
    assert missing == []


@pytest.mark.parametrize(
    "path", ["/static/", "/static/csec/", "/.git/HEAD", "/static/../csec/settings.py", "/admin/"]
)
def test_no_folder_is_listed_and_no_file_beside_the_static_ones_is_served(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_no_script_of_ours_makes_markup_or_code_from_text_or_merges_what_it_was_given() -> None:
    scripts = sorted((ROOT / "static" / "csec").glob("*.js"))
    assert scripts
    for script in scripts:
        text = script.read_text()
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
            "__proto__",
        ):
            assert word not in text, f"{script.name}: {word}"
        assert "Object.assign" not in text, script.name


@pytest.mark.django_db
def test_a_password_is_taken_exactly_as_it_is_typed_long_ones_and_blanks_too() -> None:
    person = make.Staff().counselor
    typed = " Étude No. 5 " + "quiet rivers " * 10
    person.set_password(typed)
    person.save(update_fields=["password"])
    assert len(typed) > 128
    for other in (typed.strip(), typed.lower(), typed[:64], typed[:-1]):
        assert not is_signed_in(_after(Client(), person, other))
    assert is_signed_in(_after(Client(REMOTE_ADDR="192.0.2.5"), person, typed))


def _after(client: Client, person: User, password: str) -> Client:
    sign_in(client, person.email, password)
    return client


@pytest.mark.django_db
def test_whoever_changes_a_password_knows_the_one_before_and_a_manager_of_passwords_may_help() -> None:
    person, client = make.Staff().counselor, Client()
    page = client.get(reverse("account_login")).content.decode()
    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    sign_in(client, person.email)
    new = "seven quiet rivers past noon"
    page = client.get(reverse("account_change_password")).content.decode()
    assert page.count('type="password"') == 3
    assert page.count('autocomplete="new-password"') == 2
    assert "onpaste" not in page
    fields = {"oldpassword": "not the password", "password1": new, "password2": new}
    assert client.post(reverse("account_change_password"), fields).status_code == 200
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)


@pytest.mark.django_db
def test_how_somebody_signs_in_is_changed_only_after_they_have_proven_it_again() -> None:
    client, person = Client(), make.Staff().counselor
    with_app(person)
    client.force_login(person)
    for name in ("mfa_deactivate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302, name
        assert answer["Location"].startswith(reverse("mfa_reauthenticate")), name


@pytest.mark.django_db
def test_a_password_does_not_end_by_its_age() -> None:
    person = make.Staff().counselor
    User.objects.filter(pk=person.pk).update(last_login=make.AT - timedelta(days=3650))
    client = Client()
    assert sign_in(client, person.email)["Location"] == reverse("home")
    assert is_signed_in(client)
    # Nothing says when it was chosen.
    assert {field.name for field in User._meta.fields} == {
        "drill",
        "id",
        "email",
        "name",
        "is_active",
        "language",
        "password",
        "last_login",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "there", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_other_site(there: str) -> None:
    answer = Client().post(
        f"{reverse('account_login')}?next={quote(there)}",
        {"login": make.Staff().counselor.email, "password": PASSWORD, "next": there},
    )
    assert answer["Location"] == reverse("home")
