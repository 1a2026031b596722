"""The pages of sign-in, once more by hand: for whom each is, and by which methods. What is new has to be told here."""

from enum import StrEnum

from django.urls import URLPattern, reverse

from csec.accounts.urls import ACCOUNT_ROUTES


class For(StrEnum):
    """Whom a page lets in."""

    ANYBODY = "anybody"
    #: Whoever has given a password.
    SIGNED_IN = "signed in"
    #: Whoever has shown a second factor as well.
    PROVEN = "proven"


OPENED_AND_SENT, OPENED, SENT = frozenset({"GET", "POST"}), frozenset({"GET"}), frozenset({"POST"})

ROUTES = {
    "account_login": (For.ANYBODY, OPENED_AND_SENT),
    "account_logout": (For.ANYBODY, OPENED_AND_SENT),
    "sign_out_everywhere": (For.SIGNED_IN, OPENED_AND_SENT),
    "leave": (For.ANYBODY, OPENED),
    "timed_out": (For.ANYBODY, OPENED),
    "stay": (For.ANYBODY, OPENED),
    "choose_language": (For.PROVEN, OPENED_AND_SENT),
    "account_inactive": (For.ANYBODY, OPENED),
    "account_signup": (For.ANYBODY, OPENED_AND_SENT),
    "account_change_password": (For.PROVEN, OPENED_AND_SENT),
    "account_set_password": (For.PROVEN, OPENED_AND_SENT),
    "account_reset_password": (For.ANYBODY, OPENED_AND_SENT),
    "account_reset_password_done": (For.ANYBODY, OPENED),
    "account_reset_password_from_key": (For.ANYBODY, OPENED_AND_SENT),
    "account_reset_password_from_key_done": (For.ANYBODY, OPENED),
    "account_reauthenticate": (For.SIGNED_IN, OPENED_AND_SENT),
    # Setting up a second factor is what is open without one; giving one back is not.
    "mfa_index": (For.SIGNED_IN, OPENED),
    "mfa_authenticate": (For.ANYBODY, OPENED_AND_SENT),
    "mfa_reauthenticate": (For.SIGNED_IN, OPENED_AND_SENT),
    "mfa_activate_totp": (For.SIGNED_IN, OPENED_AND_SENT),
    "mfa_deactivate_totp": (For.PROVEN, OPENED_AND_SENT),
    "mfa_list_webauthn": (For.SIGNED_IN, OPENED),
    "mfa_add_webauthn": (For.SIGNED_IN, OPENED_AND_SENT),
    "mfa_reauthenticate_webauthn": (For.SIGNED_IN, OPENED_AND_SENT),
    "mfa_remove_webauthn": (For.PROVEN, OPENED_AND_SENT),
    "mfa_edit_webauthn": (For.PROVEN, OPENED_AND_SENT),
    "mfa_view_recovery_codes": (For.PROVEN, OPENED),
    "mfa_generate_recovery_codes": (For.PROVEN, OPENED_AND_SENT),
    "openid_connect_login": (For.ANYBODY, SENT),
    "openid_connect_callback": (For.ANYBODY, OPENED),
    "socialaccount_login_cancelled": (For.ANYBODY, OPENED),
    "socialaccount_login_error": (For.ANYBODY, OPENED),
}
#: What their addresses name; of none of it is anything there.
NAMED = {"pk": 1, "provider_id": "google", "uidb36": "1", "key": "a"}


def address(name: str) -> str:
    pattern: URLPattern = next(one for one in ACCOUNT_ROUTES if one.name == name)
    words = {*pattern.pattern.converters, *pattern.pattern.regex.groupindex}
    return reverse(name, kwargs={word: NAMED[word] for word in words})
