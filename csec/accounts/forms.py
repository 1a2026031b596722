"""The forms of sign-in, where they differ from django-allauth's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.fields import EmailField
from allauth.account.forms import ChangePasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from csec.accounts import resets, second_factor, tries
from csec.accounts.clock import database_time
from csec.accounts.models import User
from csec.audit.log import record

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class ChooseLanguage(forms.Form):
    """The language in which somebody reads."""

    language = forms.ChoiceField(
        label=_("I read"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _("What my browser asks for")),
            # Each by its own name, and to a screen reader in its own language.
            *(
                (code, format_html('<span lang="{}">{}</span>', code, name))
                for code, name in User.Language.choices
            ),
        ],
    )


class AskForReset(forms.Form):
    """
    An address to which a link is sent, if somebody has it. Nobody learns here whether anybody does.

    Nor whether it was asked for too often: what the log does not take any more is not done.
    """

    email = EmailField(required=True)

    def save(self, request: HttpRequest, **more: Any) -> str:
        address, at = str(self.cleaned_data["email"]), database_time()
        account = tries.digest("account", address)
        if tries.may_log("reset", account, tries.source_of(request, account), at=at):
            resets.ask(address, at=at)
        return address


class ChangePassword(ChangePasswordForm):  # type: ignore[misc]
    """The old password is counted as at the door: at a window that was left open it would be guessed without end."""

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().knows_password(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password


class _CountedCode(forms.Form):
    """A code from an app, or one of the recovery codes; five tries, then a pause."""

    user: Any
    authenticator: Any

    def clean_code(self) -> str:
        at = database_time()
        account = tries.digest("second factor", str(self.user.pk))
        device = tries.source_of(context.request, tries.digest("account", self.user.email))
        # From wherever it is not known: six digits would be found from many addresses.
        source = device if device.known else tries.Source(tries.digest("address", "any"), known=True)
        if tries.begin(account, source, at=at) is None:
            if tries.may_log("refused", account, source, at=at):
                record("second_factor_shown", actor=self.user.pk, result="refused")
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = self.cleaned_data["code"]
        self.authenticator = second_factor.use_code(self.user, code, at=at)
        if self.authenticator is None:
            record("second_factor_shown", actor=self.user.pk, result="denied")
            raise get_adapter().validation_error("incorrect_code")
        tries.was_right(account, source)
        return code


class Code(_CountedCode, AuthenticateForm):  # type: ignore[misc]
    code = forms.CharField(label=_("Code"), max_length=20, widget=forms.TextInput(CODE))


class CodeAgain(_CountedCode, ReauthenticateForm):  # type: ignore[misc]
    code = forms.CharField(label=_("Code"), max_length=20, widget=forms.TextInput(CODE))

    def save(self) -> None:
        super().save()
        second_factor.note(context.request)


@contextmanager
def _well_formed() -> Iterator[None]:
    """What no browser would send is a wrong answer, and not an error of ours: the library trips over it."""
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError):
        raise get_adapter().validation_error("incorrect_code") from None


class _LoggedKey(forms.Form):
    """What a key answers. It cannot be guessed: nothing is refused because of a wrong one, and the first are logged."""

    user: Any

    def clean_credential(self) -> Any:
        try:
            with _well_formed():
                return super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            account = tries.digest("account", self.user.email)
            if tries.may_log("key", account, tries.source_of(context.request, account), at=database_time()):
                record("second_factor_shown", actor=self.user.pk, result="denied")
            raise


class Key(_LoggedKey, AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class KeyAgain(_LoggedKey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class FirstCode(ActivateTOTPForm):  # type: ignore[misc]
    """The code that shows that the app has the secret."""

    code = forms.CharField(
        label=_("The code that the app shows"), max_length=20, widget=forms.TextInput(CODE)
    )
    counter: int | None = None

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        self.counter = second_factor.counter_of(self.secret, code, at=database_time())
        if self.counter is None:
            record("second_factor_added", actor=self.user.pk, result="denied")
            raise ValidationError(get_adapter().error_messages["incorrect_code"], code="incorrect_code")
        return code


class NewKey(AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(
        label=_("A name for this key"),
        required=False,
        max_length=60,
        help_text=_("So that you can tell it from another one: where you keep it, for example."),
    )

    def clean(self) -> dict[str, Any]:
        with _well_formed():
            cleaned: dict[str, Any] = super().clean()
        return cleaned
