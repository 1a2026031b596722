"""Sign-in with the accounts that a district already has: what of it comes from the environment."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured

GOOGLE = "google"
MICROSOFT = "microsoft"
#: The id of a tenant of Microsoft's, which its tokens carry. Not `common` and such, where anybody may have an account,
#: so that an e-mail address says nothing.
TENANT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Oidc:
    """The providers that are set up (none: sign-in by password alone), as django-allauth wants them."""

    apps: list[dict[str, Any]] = field(default_factory=list)
    #: The origins to which a browser is sent.
    origins: list[str] = field(default_factory=list)


def from_environment(env: Any) -> Oidc:
    """Read OIDC_GOOGLE_… and OIDC_MICROSOFT_…; raises ImproperlyConfigured for what would let strangers in."""
    oidc = Oidc()
    if client := env.str("OIDC_GOOGLE_CLIENT_ID", default=""):
        secret = env.str("OIDC_GOOGLE_CLIENT_SECRET")
        oidc.apps.append(_app(GOOGLE, "Google", client, secret, "https://accounts.google.com"))
        oidc.origins.append("https://accounts.google.com")
    if client := env.str("OIDC_MICROSOFT_CLIENT_ID", default=""):
        secret = env.str("OIDC_MICROSOFT_CLIENT_SECRET")
        tenant = env.str("OIDC_MICROSOFT_TENANT", default="")
        if not TENANT.fullmatch(tenant):
            raise ImproperlyConfigured("OIDC_MICROSOFT_TENANT must be the id of the district's own tenant.")
        server = f"https://login.microsoftonline.com/{tenant}/v2.0"
        oidc.apps.append(_app(MICROSOFT, "Microsoft", client, secret, server))
        oidc.origins.append("https://login.microsoftonline.com")
    return oidc


def _app(provider: str, name: str, client: str, secret: str, server: str) -> dict[str, Any]:
    return {
        "provider_id": provider,
        "name": name,
        "client_id": client,
        "secret": secret,
        # What it says of somebody counts as it has signed it, in its token alone.
        "settings": {"server_url": server, "fetch_userinfo": False},
    }


def verified_address(provider: str, claims: dict[str, Any]) -> str:
    """
    The e-mail address that the provider itself vouches for, in lower case; empty when it vouches for none.

    Microsoft lets whoever runs a tenant write any address into `email`; only `xms_edov` says that the domain is
    theirs (an optional claim, to be switched on beside `email` in the registration of the application).
    """
    token = claims.get("id_token") or {}
    if provider == MICROSOFT:
        vouched = str(token.get("xms_edov", "")).lower() in {"true", "1"}
        return str(token.get("email", "")).lower() if vouched else ""
    return str(token.get("email", "")).lower() if token.get("email_verified") is True else ""
