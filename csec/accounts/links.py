"""How long a link to choose a password works."""

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int

#: In seconds. Somebody who was let in and has never signed in has nothing to lose yet: they have
#: `settings.PASSWORD_RESET_TIMEOUT`.
ONE_HOUR = 60 * 60


class Links(PasswordResetTokenGenerator):
    """Once, for an hour, for a week in the case of somebody new, and never for an account that is closed."""

    def check_token(self, user: Any, token: str | None) -> bool:
        if not super().check_token(user, token) or not user.is_active:
            return False
        return bool(user.is_new) or self._age(str(token)) <= ONE_HOUR

    def _age(self, token: str) -> int:
        """In seconds, of a token that is right."""
        return int(self._num_seconds(self._now())) - base36_to_int(token.partition("-")[0])
