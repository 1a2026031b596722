"""Who may be signed in at all."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from csec.accounts.models import Membership


class StaffOnly(AuthenticationBackend):  # type: ignore[misc]
    """
    Asked at sign-in and again for every request: whoever has left is nobody from the next request on.

    What somebody is today is read once a request in any case; here it is read first, and the person with it.
    """

    def get_user(self, user_id: Any) -> Any:
        held = list(Membership.objects.current().filter(person=user_id).select_related("person", "school"))
        if not held:
            return None
        user = held[0].person
        user.current_memberships = held
        return user if self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user.may_sign_in)
