"""
Signing in with the account that the district already has at a provider, past what django-allauth leaves open.

A token counts only with the provider's own signature, by an algorithm of public keys, and what the provider tells of
itself only when it is the one that was asked. A provider that is away, or that answers something else, is a page that
says so.
"""

import logging
from collections.abc import Callable
from typing import Any

import jwt
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from requests.exceptions import RequestException

logger = logging.getLogger(__name__)

#: Those of RFC 7518 that need the provider's private key.
ALGORITHMS = frozenset(f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512))
#: What a provider has to tell of itself.
TOLD = frozenset({"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"})


class Provider(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The provider as we ask it."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What it tells of itself. OAuth2Error when it is another issuer (OpenID Connect Discovery, 4.3)."""
        try:
            told = super().openid_config
        except (AttributeError, TypeError, ValueError):
            told = None
        if not isinstance(told, dict) or not told.keys() >= TOLD:
            raise OAuth2Error("The provider does not tell where to ask it.")
        if told["issuer"] != self.get_provider().app.settings["server_url"]:
            raise OAuth2Error("The provider tells of another issuer.")
        return told

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **more: Any) -> Any:
        """Who it says has come back. OAuth2Error when it sent no token of theirs, or one that names nobody."""
        if not more.get("response", {}).get("id_token"):
            raise OAuth2Error("The provider sent no token.")
        try:
            return super().complete_login(request, app, token, **more)
        except (AttributeError, KeyError, TypeError):
            raise OAuth2Error("The token names nobody.") from None

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """What it says of somebody, under its signature, although the token comes straight from its server."""
        self.did_fetch_access_token = False
        try:
            if jwt.get_unverified_header(id_token)["alg"] not in ALGORITHMS:
                raise OAuth2Error("The token is signed by an algorithm that is not taken.")
            claims: dict[str, Any] = super()._decode_id_token(app, id_token)
        except (jwt.PyJWTError, KeyError, TypeError, ValueError):
            raise OAuth2Error("The token or the keys are not what they should be.") from None
        return claims


def sign_in_elsewhere(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider."""
    return _asked(request, OAuth2LoginView.adapter_view, provider_id, look_first=True)


def back_from_elsewhere(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the provider's word for an address."""
    return _asked(request, OAuth2CallbackView.adapter_view, provider_id)


def _asked(
    request: HttpRequest, view_of: Callable[..., Any], provider_id: str, *, look_first: bool = False
) -> HttpResponse:
    """`look_first`: django-allauth sends the browser by an adapter of its own, which does not look at the issuer."""
    try:
        provider = Provider(request, provider_id)
        if look_first:
            provider.openid_config  # noqa: B018 - raises
        answer: HttpResponse = view_of(provider)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (RequestException, OAuth2Error) as error:
        logger.warning("A provider of sign-in could not be asked: %s.", type(error).__name__)
        return render(request, "socialaccount/authentication_error.html", status=503)
    return answer
