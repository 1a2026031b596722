"""Setting up, showing again and giving back a second factor; each with its event, or not at all."""

import re
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from csec.accounts import second_factor, sessions
from csec.audit.log import record


def _has_one_now(request: Any, authenticator: Authenticator) -> None:
    """Whoever has just tied an app or a key to the account has shown it by that."""
    record("second_factor_added", actor=request.user.pk, role=request.user.main_role)
    record_authentication(request, request.user, "mfa", id=authenticator.pk, type=authenticator.type)
    second_factor.note(request)
    sessions.end_others(request.user.pk, request.session.session_key)


class AddApp(ActivateTOTPView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        context["secret"] = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
        context["picture"] = mark_safe(_drawn(context["totp_svg"]))  # noqa: S308 - drawn here, from a secret of ours
        return context

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        app = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        second_factor.note_counter(app, form.counter)
        _has_one_now(self.request, app)
        return answer


def _drawn(svg: str) -> str:
    """The picture to stand in the page itself, which lets in no data address and no inline style."""
    bare = re.sub(r' style="[^"]*"', "", svg[svg.index("<svg") :])
    return bare.replace(
        "<svg", '<svg role="img" aria-label="{}"'.format(escape(gettext("Picture for the app"))), 1
    )


class RemoveApp(DeactivateTOTPView):  # type: ignore[misc]
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        record("second_factor_removed", actor=self.request.user.pk)
        sessions.end_others(self.request.user.pk, self.request.session.session_key)
        answer: HttpResponse = super().form_valid(form)
        return answer


class AddKey(AddWebAuthnView):  # type: ignore[misc]
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        key = Authenticator.objects.filter(user=self.request.user, type=Authenticator.Type.WEBAUTHN).latest(
            "pk"
        )
        _has_one_now(self.request, key)
        return answer


class RemoveKey(RemoveWebAuthnView):  # type: ignore[misc]
    success_url = reverse_lazy("mfa_index")

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_index")
        record("second_factor_removed", actor=self.request.user.pk)
        sessions.end_others(self.request.user.pk, self.request.session.session_key)
        answer: HttpResponse = super().form_valid(form)
        return answer


class RenameKey(EditWebAuthnView):  # type: ignore[misc]
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        record("second_factor_renamed", actor=self.request.user.pk)
        answer: HttpResponse = super().form_valid(form)
        return answer


class KeyAgain(ReauthenticateWebAuthnView):  # type: ignore[misc]
    def form_invalid(self, form: Any) -> HttpResponse:
        for message in form.errors.get("credential", []):
            get_account_adapter().add_message(self.request, messages.ERROR, message=message)
        return redirect(self.request.get_full_path())

    def form_valid(self, form: Any) -> HttpResponse:
        second_factor.note(self.request)
        answer: HttpResponse = super().form_valid(form)
        return answer


class NewCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        record("recovery_codes_made", actor=self.request.user.pk)
        answer: HttpResponse = super().form_valid(form)
        return answer


class ShowCodes(ViewRecoveryCodesView):  # type: ignore[misc]
    """They are shown once, and then the log says so: what is not written there stays to be shown."""

    @transaction.atomic
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        if answer.context_data["can_view_codes"]:
            record("recovery_codes_shown", actor=self.request.user.pk)
        page: HttpResponse = answer
        return page


def list_keys(request: HttpRequest) -> HttpResponse:
    """Keys are listed on the page of all second factors."""
    return redirect(reverse("mfa_index"))
