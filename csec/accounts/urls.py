"""The pages of sign-in. Of django-allauth's only these: nobody signs up, and an address is changed by the district."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.socialaccount import views as stopped
from django.urls import path, re_path

from csec.accounts.forms import ChangePassword
from csec.accounts.gate import for_anybody, for_proven, for_signed_in, with_factor_again
from csec.accounts.views import elsewhere, language, leaving, second_factors

#: The first hyphen parts the two: the key has one of its own.
RESET_KEY = r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$"

ACCOUNT_ROUTES = [
    path("sign-in/", for_anybody(account.login), name="account_login"),
    path("sign-out/", for_anybody(account.logout), name="account_logout"),
    path("sign-out/everywhere/", for_signed_in(leaving.sign_out_everywhere), name="sign_out_everywhere"),
    path("leave/", for_anybody(leaving.leave, "GET"), name="leave"),
    path("timed-out/", for_anybody(leaving.timed_out, "GET"), name="timed_out"),
    path("stay/", for_anybody(leaving.stay, "GET"), name="stay"),
    path("language/", for_proven(language.choose_language), name="choose_language"),
    path("inactive/", for_anybody(account.account_inactive, "GET"), name="account_inactive"),
    path("sign-up/", for_anybody(account.signup), name="account_signup"),
    path(
        "password/",
        for_proven(account.PasswordChangeView.as_view(form_class=ChangePassword)),
        name="account_change_password",
    ),
    path(
        "password/set/",
        for_proven(with_factor_again(account.password_set)),
        name="account_set_password",
    ),
    path("password/reset/", for_anybody(account.password_reset), name="account_reset_password"),
    path(
        "password/reset/done/",
        for_anybody(account.password_reset_done, "GET"),
        name="account_reset_password_done",
    ),
    re_path(RESET_KEY, for_anybody(account.password_reset_from_key), name="account_reset_password_from_key"),
    path(
        "password/reset/key/done/",
        for_anybody(account.password_reset_from_key_done, "GET"),
        name="account_reset_password_from_key_done",
    ),
    path("reauthenticate/", for_signed_in(account.reauthenticate), name="account_reauthenticate"),
    # Second factors. Setting up the first is what is open without one.
    path("second-factor/", for_signed_in(mfa.index, "GET"), name="mfa_index"),
    path("second-factor/sign-in/", for_anybody(mfa.authenticate), name="mfa_authenticate"),
    path("second-factor/again/", for_signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "second-factor/app/",
        for_signed_in(with_factor_again(second_factors.AddApp.as_view())),
        name="mfa_activate_totp",
    ),
    path(
        "second-factor/app/remove/",
        for_proven(with_factor_again(second_factors.RemoveApp.as_view())),
        name="mfa_deactivate_totp",
    ),
    path("second-factor/keys/", for_signed_in(second_factors.list_keys, "GET"), name="mfa_list_webauthn"),
    path(
        "second-factor/keys/add/",
        for_signed_in(with_factor_again(second_factors.AddKey.as_view())),
        name="mfa_add_webauthn",
    ),
    path(
        "second-factor/keys/again/",
        for_signed_in(second_factors.KeyAgain.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "second-factor/keys/<int:pk>/remove/",
        for_proven(with_factor_again(second_factors.RemoveKey.as_view())),
        name="mfa_remove_webauthn",
    ),
    path(
        "second-factor/keys/<int:pk>/",
        for_proven(second_factors.RenameKey.as_view()),
        name="mfa_edit_webauthn",
    ),
    path(
        "second-factor/codes/",
        for_proven(second_factors.ShowCodes.as_view(), "GET"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-factor/codes/new/",
        for_proven(with_factor_again(second_factors.NewCodes.as_view())),
        name="mfa_generate_recovery_codes",
    ),
    # Sign-in with the district's Google or Microsoft accounts; absent where that is not set up.
    path(
        "with/<str:provider_id>/",
        for_anybody(elsewhere.sign_in_elsewhere, "POST"),
        name="openid_connect_login",
    ),
    path(
        "with/<str:provider_id>/back/",
        for_anybody(elsewhere.back_from_elsewhere, "GET"),
        name="openid_connect_callback",
    ),
    path(
        "with-another/cancelled/",
        for_anybody(stopped.login_cancelled, "GET"),
        name="socialaccount_login_cancelled",
    ),
    path("with-another/error/", for_anybody(stopped.login_error, "GET"), name="socialaccount_login_error"),
]
