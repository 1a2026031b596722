"""Who may be signed in at all."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend


class StaffOnly(AuthenticationBackend):  # type: ignore[misc]
    """
    Asked at sign-in and again for every request: whoever has left is nobody from the next request on.

    What somebody is today is read once a request in any case; here it is read first.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user.may_sign_in)
