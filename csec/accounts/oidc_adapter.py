"""What a provider's word is good for: that somebody has an address. Who that is, the district says."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount import adapter
from django.http import HttpRequest
from django.shortcuts import render

from csec.accounts import tries
from csec.accounts.clock import database_time
from csec.accounts.models import User
from csec.accounts.oidc import verified_address
from csec.audit.log import record


class InvitedOnly(adapter.DefaultSocialAccountAdapter):  # type: ignore[misc]
    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[Any]:
        """From the settings alone: nothing about a provider is kept in the database."""
        found = adapter._build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """
        Sign in whoever was invited under the address that the provider has verified, or nobody.

        Always answers itself (by ImmediateHttpResponse): no tie to the provider is kept, no role or name is taken
        from it, and the second factor is asked for as after a password.
        """
        address = verified_address(sociallogin.provider.app.provider_id, sociallogin.account.extra_data)
        person = User.objects.filter(email__iexact=address).first() if address else None
        if person is None or not person.may_sign_in:
            if _may_log(request, address or ""):
                record("signed_in", actor=None, result="denied")
            raise ImmediateHttpResponse(render(request, "account/not_invited.html", status=403))
        record_authentication(request, person, "socialaccount", provider=sociallogin.account.provider)
        login = Login(user=person, redirect_url=sociallogin.get_redirect_url(request), email=person.email)
        raise ImmediateHttpResponse(perform_login(request, login))


def _may_log(request: HttpRequest, address: str) -> bool:
    """Whoever has an account at the provider comes back as somebody unknown as often as they like."""
    account = tries.digest("account", address)
    return tries.may_log("stranger", account, tries.source_of(request, account), at=database_time())
