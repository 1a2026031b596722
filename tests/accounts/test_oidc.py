"""Sign-in with accounts elsewhere: a provider says that somebody has an address, the district says who that is."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import environ
import jwt
import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from csec.accounts import oidc
from csec.accounts.models import Membership, User
from tests import make
from tests.accounts.at_the_door import is_signed_in, logged, with_app

pytestmark = pytest.mark.django_db


OURS, ANOTHERS = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _n in range(2))


class Provider(ThreadingHTTPServer):
    """
    A provider on this machine; its token says `claims` of whoever comes, unless it sends none.

    `status` is how it answers when asked for a page of that name, else it is well.
    """

    claims: ClassVar[dict[str, Any] | None] = {}
    signed_with: Any = OURS
    algorithm = "RS256"
    issuer = ""
    #: What it tells of itself, instead of what it should.
    told: Any = None
    #: What it says to whoever shows it an access token.
    userinfo: ClassVar[dict[str, Any]] = {}
    status: ClassVar[dict[str, int]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        url = self.server.url
        configuration = {
            "issuer": self.server.issuer or url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "userinfo_endpoint": f"{url}/userinfo",
            "jwks_uri": f"{url}/keys",
        }
        key = jwt.algorithms.RSAAlgorithm.to_jwk(OURS.public_key(), as_dict=True)
        keys = {"keys": [{**key, "kid": "1", "alg": "RS256"}]}
        told = {"/keys": keys, "/userinfo": self.server.userinfo}
        self._answer(told.get(self.path, self.server.told or configuration))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        given = {"access_token": "a-token", "token_type": "Bearer"}
        if self.server.claims is not None:
            usual = {"iss": self.server.url, "aud": "our-client", "exp": 4_000_000_000}
            given["id_token"] = jwt.encode(
                usual | self.server.claims,
                self.server.signed_with,
                algorithm=self.server.algorithm,
                headers={"kid": "1"},
            )
        self._answer(given)

    def _answer(self, body: Any) -> None:
        self.send_response(self.server.status.get(self.path, 200))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


def known_as(settings: Any, provider_id: str, name: str, server: Provider) -> None:
    """The provider on this machine is the one that is set up, and goes by this name."""
    app = oidc._app(provider_id, name, "our-client", "our-secret", server.url)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    server = Provider(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    known_as(settings, oidc.GOOGLE, "Google", server)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


def come_back(client: Client, provider: Provider, *, by: str = oidc.GOOGLE, **about: Any) -> Any:
    """Go to the provider and come back as somebody of whom it says this."""
    provider.claims = None if provider.claims is None else {"sub": "1234", **about, **provider.claims}
    away = client.post(reverse("openid_connect_login", args=[by]))
    assert away["Location"].startswith(f"{provider.url}/authorize?")
    sent = parse_qs(urlsplit(away["Location"]).query)
    assert sent["code_challenge_method"] == ["S256"]
    back = {"code": "a-code", "state": sent["state"][0]}
    return client.get(reverse("openid_connect_callback", args=[by]), back)


def test_somebody_invited_whose_address_is_verified_is_signed_in_and_nothing_of_it_is_kept(
    staff: make.Staff, provider: Provider
) -> None:
    client = Client()
    email = staff.counselor.email.upper()
    come_back(client, provider, email=email, email_verified=True, name="Somebody Else", role="liaison")
    assert is_signed_in(client)
    person = User.objects.get(pk=client.session["_auth_user_id"])
    assert (person.name, person.roles) == ("Casey Counselor", frozenset({"counselor"}))
    assert not SocialAccount.objects.exists()
    assert "a-token" not in str(dict(client.session.items()))


@pytest.mark.parametrize(
    "about",
    [
        {"email": "casey.counselor@example.org", "email_verified": False},
        {"email": "casey.counselor@example.org"},
        {"email": "casey.counselor@example.org", "email_verified": "true"},
        {"email": "stranger@example.org", "email_verified": True},
        {"email": "", "email_verified": True},
        {},
    ],
    ids=["not_verified", "not_said", "a_word", "not_invited", "empty", "nothing"],
)
def test_nobody_else_is_and_nobody_is_made(
    staff: make.Staff, provider: Provider, about: dict[str, Any]
) -> None:
    client, before = Client(), User.objects.count()
    with logged() as said:
        answer = come_back(client, provider, **about)
    assert answer.status_code == 403
    assert said == [("signed_in", "denied")]
    assert not is_signed_in(client)
    assert User.objects.count() == before


def test_whoever_comes_back_as_nobody_again_and_again_fills_no_log(
    staff: make.Staff, provider: Provider
) -> None:
    with logged() as said:
        for _n in range(8):
            answer = come_back(Client(), provider, email="stranger@example.org", email_verified=True)
            assert answer.status_code == 403
    assert said == [("signed_in", "denied")] * 5


def test_whoever_has_left_is_not(staff: make.Staff, provider: Provider) -> None:
    Membership.objects.filter(person=staff.counselor).update(until=make.SINCE)
    client = Client()
    answer = come_back(client, provider, email=staff.counselor.email, email_verified=True)
    assert answer.status_code == 403


def test_the_second_factor_is_asked_for_as_after_a_password(
    staff: make.Staff, provider: Provider, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = Client()
    come_back(client, provider, email=staff.counselor.email, email_verified=True)
    assert client.get(reverse("home"))["Location"] == reverse("mfa_index")
    with_app(staff.counselor)
    assert Authenticator.objects.count() == 1
    with logged() as said:
        answer = come_back(Client(), provider, email=staff.counselor.email, email_verified=True)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert said == [("first_factor_shown", "done")]


def test_an_answer_that_nobody_asked_for_signs_nobody_in(staff: make.Staff, provider: Provider) -> None:
    provider.claims = {"sub": "1234", "email": staff.counselor.email, "email_verified": True}
    client = Client()
    client.get(reverse("openid_connect_callback", args=["google"]), {"code": "a-code", "state": "made-up"})
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("claims", "taken"),
    [
        ({}, True),
        ({"aud": "another-client"}, False),
        ({"iss": "https://accounts.example.org"}, False),
        ({"exp": 1_700_000_000}, False),
    ],
    ids=["ours", "for another client", "of another issuer", "over"],
)
def test_a_token_is_for_us_of_its_issuer_and_not_over(
    staff: make.Staff, provider: Provider, claims: dict[str, Any], taken: bool
) -> None:
    client, provider.claims = Client(), claims
    come_back(client, provider, email=staff.counselor.email, email_verified=True)
    assert is_signed_in(client) is taken


@pytest.mark.parametrize(
    ("signed_with", "algorithm"),
    [(ANOTHERS, "RS256"), ("s" * 32, "HS256"), (None, "none")],
    ids=["by another key", "by a shared secret", "by nobody"],
)
def test_a_token_counts_only_with_the_providers_own_signature(
    staff: make.Staff, provider: Provider, signed_with: Any, algorithm: str
) -> None:
    provider.claims, provider.signed_with, provider.algorithm = {}, signed_with, algorithm
    client = Client()
    answer = come_back(client, provider, email=staff.counselor.email, email_verified=True)
    assert answer.status_code == 401
    assert not is_signed_in(client)


def test_nothing_is_asked_of_a_provider_that_tells_of_another_issuer(
    staff: make.Staff, provider: Provider
) -> None:
    client, another = Client(), "https://accounts.example.org"
    away = client.post(reverse("openid_connect_login", args=["google"]))
    provider.issuer = another
    back = {"code": "a-code", "state": parse_qs(urlsplit(away["Location"]).query)["state"][0]}
    assert client.get(reverse("openid_connect_callback", args=["google"]), back).status_code == 503
    assert not is_signed_in(client)
    assert client.post(reverse("openid_connect_login", args=["google"])).status_code == 503


def test_without_a_token_nobody_is_signed_in(staff: make.Staff, provider: Provider) -> None:
    client, provider.claims = Client(), None
    # It would say who has come, unsigned, to whoever asks for it by the access token.
    provider.userinfo = {"sub": "1234", "email": staff.counselor.email, "email_verified": True}
    assert come_back(client, provider).status_code == 401
    assert not is_signed_in(client)


@pytest.mark.parametrize("claims", [{"sub": None}, {"email": None}], ids=["nobody", "no address"])
def test_a_token_that_names_nobody_signs_nobody_in(
    staff: make.Staff, provider: Provider, claims: dict[str, Any]
) -> None:
    client = Client()
    provider.claims = {"email": staff.counselor.email, "email_verified": True, **claims}
    assert come_back(client, provider).status_code in {401, 403}
    assert not is_signed_in(client)


@pytest.mark.parametrize("less", [["nothing"], {}], ids=["no configuration", "its issuer alone"])
def test_a_provider_that_tells_too_little_of_itself_is_a_page_that_says_so(
    provider: Provider, less: Any
) -> None:
    provider.told = less or {"issuer": provider.url}
    assert Client().post(reverse("openid_connect_login", args=["google"])).status_code == 503


WELL_KNOWN = "/.well-known/openid-configuration"


def test_a_provider_that_is_away_when_somebody_goes_to_it_is_a_page_that_says_so(provider: Provider) -> None:
    provider.status = {WELL_KNOWN: 502}
    answer = Client().post(reverse("openid_connect_login", args=["google"]))
    assert answer.status_code == 503
    assert "use your password" in answer.content.decode()


@pytest.mark.parametrize("page", [WELL_KNOWN, "/token", "/keys"])
def test_a_provider_that_is_away_when_somebody_comes_back_signs_nobody_in(
    staff: make.Staff, provider: Provider, page: str
) -> None:
    client = Client()
    away = client.post(reverse("openid_connect_login", args=["google"]))
    provider.claims, provider.status = {"sub": "1"}, {page: 502}
    back = {"code": "a-code", "state": parse_qs(urlsplit(away["Location"]).query)["state"][0]}
    answer = client.get(reverse("openid_connect_callback", args=["google"]), back)
    assert answer.status_code in {401, 503}
    assert "use your password" in answer.content.decode()
    assert not is_signed_in(client)


def test_microsofts_word_counts_only_where_it_says_that_the_domain_is_the_tenants() -> None:
    token = {"email": "Casey@example.org", "email_verified": True}
    assert oidc.verified_address(oidc.MICROSOFT, {"id_token": token}) == ""
    assert oidc.verified_address(oidc.MICROSOFT, {"id_token": token | {"xms_edov": False}}) == ""
    assert (
        oidc.verified_address(oidc.MICROSOFT, {"id_token": token | {"xms_edov": True}}) == "casey@example.org"
    )
    assert oidc.verified_address(oidc.MICROSOFT, {"userinfo": token | {"xms_edov": True}}) == ""
    assert oidc.verified_address(oidc.GOOGLE, {"userinfo": token}) == ""


@pytest.mark.parametrize(
    ("vouched", "taken"),
    [({"xms_edov": True}, True), ({"xms_edov": "1"}, True), ({"xms_edov": False}, False), ({}, False)],
    ids=["its domain", "as a word", "another domain", "not said"],
)
def test_somebody_who_comes_back_from_microsoft_is_signed_in_where_it_vouches_for_the_domain(
    staff: make.Staff, provider: Provider, settings: Any, vouched: dict[str, Any], taken: bool
) -> None:
    """There and back by its own name: what Google says of an address is nothing there."""
    known_as(settings, oidc.MICROSOFT, "Microsoft", provider)
    assert "Sign in with Microsoft" in Client().get(reverse("account_login")).content.decode()
    client, email = Client(), staff.counselor.email.upper()
    with logged() as said:
        answer = come_back(
            client, provider, by=oidc.MICROSOFT, email=email, email_verified=True, role="liaison", **vouched
        )
    assert is_signed_in(client) is taken
    if taken:
        person = User.objects.get(pk=client.session["_auth_user_id"])
        assert (person.name, person.roles) == ("Casey Counselor", frozenset({"counselor"}))
        assert not SocialAccount.objects.exists()
    else:
        assert (answer.status_code, said) == (403, [("signed_in", "denied")])


def test_microsofts_token_counts_only_with_its_own_signature(
    staff: make.Staff, provider: Provider, settings: Any
) -> None:
    known_as(settings, oidc.MICROSOFT, "Microsoft", provider)
    provider.claims, provider.signed_with, client = {}, ANOTHERS, Client()
    about = {"email": staff.counselor.email, "xms_edov": True}
    assert come_back(client, provider, by=oidc.MICROSOFT, **about).status_code == 401
    assert not is_signed_in(client)


def test_it_is_absent_where_it_is_not_set_up(staff: make.Staff) -> None:
    assert Client().post(reverse("openid_connect_login", args=["google"])).status_code == 404
    assert "Sign in with" not in Client().get(reverse("account_login")).content.decode()


def test_it_is_offered_where_it_is(provider: Provider) -> None:
    assert "Sign in with Google" in Client().get(reverse("account_login")).content.decode()


def settings_of(monkeypatch: pytest.MonkeyPatch, **given: str) -> oidc.Oidc:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return oidc.from_environment(environ.Env())


def test_it_is_set_up_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_of(monkeypatch).apps == []
    given = {"OIDC_GOOGLE_CLIENT_ID": "c", "OIDC_GOOGLE_CLIENT_SECRET": "s"}
    assert settings_of(monkeypatch, **given).origins == ["https://accounts.google.com"]


def test_a_tenant_in_which_anybody_has_an_account_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"OIDC_MICROSOFT_CLIENT_ID": "c", "OIDC_MICROSOFT_CLIENT_SECRET": "s"}
    for everybodys in ("", "common", "organizations", "consumers", "district.example.org"):
        with pytest.raises(ImproperlyConfigured, match="TENANT"):
            settings_of(monkeypatch, **given, OIDC_MICROSOFT_TENANT=everybodys)
    tenant = "0f8b2c1e-5c0a-4d0e-9f35-9a8e4f3c2b1d"
    ours = settings_of(monkeypatch, **given, OIDC_MICROSOFT_TENANT=tenant)
    assert ours.apps[0]["settings"]["server_url"] == f"https://login.microsoftonline.com/{tenant}/v2.0"
