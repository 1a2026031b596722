"""Every address of the product; the only place outside `cases` that knows it."""

from allauth.account import views as account
from django.conf import settings
from django.urls import include, path

from cases.views import home

handler400 = "csec.errors.bad_request"
handler403 = "csec.errors.forbidden"
handler404 = "csec.errors.not_found"
handler500 = "csec.errors.server_error"

#: Of django-allauth's pages only these: nobody signs up, and an address is changed by the district.
ACCOUNT_ROUTES = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("sign-up/", account.signup, name="account_signup"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/<str:uidb36>-<str:key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("account/", include(ACCOUNT_ROUTES)),
    path("", include("csec.directory.urls")),
    path("", include("csec.delivery.urls")),
    path("", include("protocols.urls")),
    path("", include("cases.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("csec.demo.urls")))
