"""What this product decides differently from django-allauth's defaults."""

import logging
import time
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from csec import languages
from csec.accounts import second_factor, tries
from csec.accounts.clock import database_time
from csec.accounts.gate import past_a_drill
from csec.accounts.models import User
from csec.audit.log import NotLogged, record

logger = logging.getLogger(__name__)

#: In the session of somebody who is asked for a second factor: by which password they came so far.
_FIRST_FACTOR = "first_factor"


class StaffAccounts(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This address and this password do not belong together."),
        "too_many_login_attempts": _("Too many tries. Wait a quarter of an hour, then try again."),
        "incorrect_code": _("This code is not right, or was used already."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs themselves up: the district invites its staff."""
        return False

    def get_user_display(self, user: object) -> str:
        return ""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """
        Judge an address and a password, unless there were too many tries. The log gets a digest, or who is signed in.

        A password that is right stays one of the tries: they are forgotten once all that is asked for was shown.
        """
        account, at = tries.digest("account", credentials.get("email", "")), database_time()
        source = tries.source_of(request, account)
        subject = None if request.user.is_authenticated else UUID(account[:32])
        if tries.begin(account, source, at=at) is None:
            if tries.may_log("refused", account, source, at=at):
                record("signed_in", actor=request.user.pk, subject=subject, result="refused")
            raise self.validation_error("too_many_login_attempts")
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            record("signed_in", actor=request.user.pk, subject=subject, result="denied")
        return user

    def knows_password(self, user: User, password: str) -> bool:
        """Whether somebody who is signed in shows their password once more: counted and logged as at the door."""
        if self.authenticate(self.request, email=user.email, password=password) is None:
            return False
        record("first_factor_shown", actor=user.pk, role=user.main_role)
        self._was_right(self.request, user)
        return True

    def reauthenticate(self, user: User, password: str) -> bool:
        if not self.knows_password(user, password):
            return False
        self.request.session.change_key()
        return True

    def _was_right(self, request: HttpRequest, user: User) -> None:
        account = tries.digest("account", user.email)
        tries.was_right(account, tries.source_of(request, account))

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Whoever gave the password or the second factor a moment ago is not asked for it again."""
        records = get_authentication_records(self.request, self.request.user)
        recent = records and time.time() - records[-1]["at"] < REAUTHENTICATION_TIMEOUT
        return not recent

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse | None:
        """After the password, or a provider's word; the log says that somebody came so far and is asked for more."""
        # Of whoever came so far here before, and turned back.
        request.session.pop(_FIRST_FACTOR, None)
        if not user.may_sign_in:
            record("signed_in", actor=user.pk, result="denied")
            clear_login(request)
            closed: HttpResponse = self.respond_user_inactive(request, user)
            return closed
        if second_factor.has_one(user.pk):
            record("first_factor_shown", actor=user.pk, role=user.main_role)
            request.session[_FIRST_FACTOR] = user.get_session_auth_hash()
        answer: HttpResponse | None = super().pre_login(request, user, **more)
        return answer

    def login(self, request: HttpRequest, user: User) -> None:
        """By all that is asked for. A password that was changed since it was shown is none any more."""
        if request.session.pop(_FIRST_FACTOR, user.get_session_auth_hash()) != user.get_session_auth_hash():
            record("signed_in", actor=user.pk, result="denied")
            clear_login(request)
            raise ImmediateHttpResponse(redirect(settings.LOGIN_URL))
        methods = {one["method"] for one in get_authentication_records(request, user)}
        record("signed_in", actor=user.pk, role=user.main_role)
        self._was_right(request, user)
        super().login(request, user)
        if "mfa" in methods:
            second_factor.note(request)

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        answer = past_a_drill(user, super().post_login(request, user, **more))
        tries.remember_device(request, answer, tries.digest("account", user.email))
        if user.language:
            languages.remember(answer, user.language)
        return answer

    def logout(self, request: HttpRequest) -> None:
        """Whoever leaves in a hurry leaves, also when the log does not take it: signing out shows nothing."""
        try:
            with transaction.atomic():
                record("signed_out", actor=request.user.pk)
        except NotLogged:
            logger.error(
                "Somebody signed out, and the log does not say so: PostgreSQL did not take the event."
            )
        super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        """By the hash of the password in them, every other session of this person ends."""
        user.set_password(password)
        with transaction.atomic():
            user.save(update_fields=["password"])
            record("password_changed", actor=user.pk)


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": StaffAccounts.error_messages["incorrect_code"],
        "cannot_delete_authenticator": _("This is your only second factor. Add another one first."),
    }

    def encrypt(self, text: str) -> str:
        return second_factor.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return second_factor.unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one, where one is needed."""
        if not settings.SECOND_FACTOR_REQUIRED:
            return True
        others = Authenticator.objects.filter(user=authenticator.user_id).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Key %(number)d") % {"number": count + 1}

    def _get_site_name(self) -> str:
        return "Lantern"
