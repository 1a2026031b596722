"""What must not be guessed is long and made anew each time, and nothing is sealed or hashed in a way of our own."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from tests import make
from tests.accounts.at_the_door import sign_in
from tests.cases.test_make_feed import feed
from tests.test_tools import ROOT

#: From `cryptography` and `hashlib`: AES-GCM, X25519 with HKDF, and SHA-256. A new name belongs into docs/security.md.
KNOWN = {"AESGCM", "X25519PrivateKey", "X25519PublicKey", "HKDF", "SHA256", "sha256", "InvalidTag", "hashlib"}
ROOMS = ("csec", "cases", "district", "drills", "protocols")


@pytest.mark.django_db
def test_the_keys_of_sessions_calendars_and_apps_have_128_random_bits_and_are_made_anew() -> None:
    staff, found = make.Staff(), []
    for _n in range(2):
        client = Client()
        sign_in(client, staff.counselor.email)
        page = client.get(reverse("mfa_activate_totp")).content.decode()
        [shown] = re.findall(r'class="secret">([A-Z2-7 ]+)<', page)
        address, _client = feed(staff.counselor)
        found += [
            (client.cookies["sessionid"].value, "[a-z0-9]", 36),
            (shown.replace(" ", ""), "[A-Z2-7]", 32),
            (address.rsplit("/", 1)[1].removesuffix(".ics"), r"[\w-]", 64),
        ]
    for secret, letters, many in found:
        assert re.fullmatch(f"{letters}+", secret)
        assert many ** len(secret) >= 2**128
    assert len({secret for secret, *_rest in found}) == 6


def test_nothing_is_sealed_or_hashed_but_by_what_is_written_down() -> None:
    named = {
        name for room in ROOMS for file in (ROOT / room).rglob("*.py") for name in used(file.read_text())
    }
    assert named == KNOWN


def used(text: str) -> Iterator[str]:
    """What a file takes from `cryptography` and from `hashlib`."""
    if "cryptography" not in text and "hashlib" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and re.match(r"(cryptography|hashlib)\b", node.module or ""):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (
                alias.name for alias in node.names if re.match(r"(cryptography|hashlib)\b", alias.name)
            )
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "hashlib":
            yield node.attr
