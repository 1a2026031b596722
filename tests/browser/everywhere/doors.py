"""The pages of sign-in, by everybody who can stand before them; and the pages of what cannot be done."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from fido2.cose import ES256
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from csec import errors
from csec.accounts import resets, second_factor
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.accounts.urls import ACCOUNT_ROUTES
from csec.drafts import store
from tests import make
from tests.accounts.at_the_door import code, sign_in, with_app
from tests.browser.everywhere.sights import Sight, in_language, sight
from tests.matrix.asking import undone

#: What answers without a page: it leads on, is asked by a script, or begins at a provider that is not set up here.
NO_PAGE = {"leave", "stay", "openid_connect_login", "openid_connect_callback"}
ROUTES = {str(route.name): route for route in ACCOUNT_ROUTES}


class Doors:
    """Everybody who can stand before a page of sign-in, each as far as they have come."""

    def __init__(self) -> None:
        names = ("Bea Bare", "Hal Halfway", "Pru Proven", "Eve Elsewhere", "Fay Forgetful")
        people = make.users(*((name, Role.LIAISON, None, {}) for name in names))
        bare_one, halfway_one, proven_one, from_elsewhere, self.forgetful = people
        key = self._with_everything(proven_one)
        from_elsewhere.set_unusable_password()
        from_elsewhere.save(update_fields=["password"])
        self.clients = {
            "nobody": Client(),
            "whoever gave a password, and no code yet": Client(),
            "whoever has a password alone": Client(),
            "whoever has all": Client(),
            "whoever comes from elsewhere": Client(),
        }
        _nobody, halfway, bare, proven, elsewhere = self.clients.values()
        with_app(halfway_one)
        sign_in(halfway, halfway_one.email)
        sign_in(bare, bare_one.email)
        sign_in(proven, proven_one.email)
        proven.post(reverse("mfa_authenticate"), {"code": code(self.secret)})
        elsewhere.force_login(from_elsewhere)
        self.named = {"pk": key.pk, "provider_id": "google"}

    def _with_everything(self, person: User) -> Authenticator:
        """An app, a key and recovery codes; returns the key."""
        self.secret = with_app(person)
        seed = {"seed": second_factor.seal("5e" * 40), "used_mask": 0}
        Authenticator.objects.create(user=person, type=Authenticator.Type.RECOVERY_CODES, data=seed)
        key = {"name": "Desk", "credential": _credential()}
        return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=key)

    def of_route(self, name: str, language: str) -> Iterator[Sight]:
        """What each of them sees there, and when they send the form empty."""
        for who, client in self.clients.items():
            for path in self._paths(name):
                yield from _seen(client, path, f"{name} by {who}", language)

    def _paths(self, name: str) -> list[str]:
        if name == "account_reset_password_from_key":
            link = resets.link(self.forgetful).removeprefix(settings.PUBLIC_URL.rstrip("/"))
            return [link, reverse(name, kwargs={"uidb36": "abc", "key": "def-123"})]
        words = {*ROUTES[name].pattern.converters, *ROUTES[name].pattern.regex.groupindex}
        return [reverse(name, kwargs={word: self.named[word] for word in words})]


def _credential() -> dict[str, Any]:
    """What a key tells of itself when it is added."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    held = AttestedCredentialData.create(Aaguid(bytes(16)), b"a key of the desk", public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    said = AttestationObject.create("none", AuthenticatorData.create(bytes(32), flags, 0, held), {})
    asked = CollectedClientData.create("webauthn.create", b"a challenge", "http://localhost")
    response = AuthenticatorAttestationResponse(client_data=asked, attestation_object=said)
    return dict(RegistrationResponse(raw_id=held.credential_id, response=response))


def _seen(client: Client, path: str, name: str, language: str) -> Iterator[Sight]:
    """The client is asked through a copy: what signs it out does so to the copy alone."""
    with undone():
        copy = in_language(Client(), language)
        copy.cookies.update(deepcopy(client.cookies))
        answer = copy.get(path)
        if answer.status_code == 302 and answer["Location"].startswith(path.rpartition("-")[0] or path):
            path = answer["Location"]
            answer = copy.get(path)
        if page := sight(name, path, answer):
            yield page
            if page := sight(f"{name} not taken", path, copy.post(path, {})):
                yield page


def of_errors(language: str) -> Iterator[Sight]:
    """Each page of an error, as it is handed out."""
    asked, sent = (
        RequestFactory().get("/"),
        RequestFactory().post("/", {store.FIELD: "x", "account": "Typed.\nOn."}),
    )
    with translation.override(language):
        answers = {str(status): errors.page(asked, status) for status in (400, 403, 404, 500, 503)}
        answers |= {
            f"403 of a form, kept {kept}": errors.page(asked, 403, "403_csrf.html", kept=kept)
            for kept in (True, False)
        }
        answers["503 of a form"] = errors.unanswered(sent)
    for name, answer in answers.items():
        headers = {"Content-Type": "text/html; charset=utf-8"}
        yield Sight(f"error {name}", "/", answer.status_code, answer.content, headers)
