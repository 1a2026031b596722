"""What this product decides differently from django-allauth's defaults."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccounts(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs themselves up: the district invites its staff."""
        return False

    def get_user_display(self, user: object) -> str:
        return ""
