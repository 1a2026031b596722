"""How an account is made."""

from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager

if TYPE_CHECKING:
    from csec.accounts.models import User


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, email: str, name: str, password: str | None = None) -> "User":
        """A person who can sign in; without a password only by other means (a reset, an identity provider)."""
        user = self.model(email=self.normalize_email(email), name=name)
        user.set_password(password)
        user.save(force_insert=True)
        return user
