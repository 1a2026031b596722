"""What a password has to be: long, and not what somebody tries first. Nothing about its characters."""

import re
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from csec.directory.models import District, School

ALONE = 15
WITH_SECOND_FACTOR = 8
#: So much of a password has to be left when the words that anybody here would try are taken out.
OF_ITS_OWN = 8
DIFFERENT = 5
_WORDS = ("lantern", "password", "counselor", "school", "district", "protocol", "csec", "welcome")


class LongEnough:
    """15 characters where the password stands alone, 8 for somebody who has a second factor (NIST SP 800-63B-4)."""

    def validate(self, password: str, user: Any = None) -> None:
        least = WITH_SECOND_FACTOR if has_second_factor(user) else ALONE
        if len(password) < least:
            raise ValidationError(
                _("At least %(least)d characters. A few words in a row are easy to remember."),
                code="password_too_short",
                params={"least": least},
            )

    def get_help_text(self) -> str:
        return str(
            _("At least %(alone)d characters, or %(with)d once you have a second factor.")
            % {"alone": ALONE, "with": WITH_SECOND_FACTOR}
        )


class NotGuessedFromHere:
    """Not made of the names of this place, this product or its owner, and not of one key pressed again and again."""

    def validate(self, password: str, user: Any = None) -> None:
        left = password.lower()
        for word in sorted(_known_here(user), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < OF_ITS_OWN or len(set(left)) < DIFFERENT:
            raise ValidationError(
                _("This is easy to guess here. Leave out your own name and the names of places."),
                code="password_guessed_from_here",
            )

    def get_help_text(self) -> str:
        return str(_("Not made of your own name, your school or your district."))


def has_second_factor(user: Any) -> bool:
    """Whether an app or a key is tied to the account; recovery codes alone are none, and nobody (None) has one."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=user, type__in=kinds).exists())


def _known_here(user: Any) -> set[str]:
    names = [*School.objects.values_list("name", flat=True), *District.objects.values_list("name", flat=True)]
    if user is not None:
        names += [user.name, user.email]
    return {word for name in names for word in re.split(r"[\W_]+", name.lower()) if len(word) >= 4} | set(
        _WORDS
    )
