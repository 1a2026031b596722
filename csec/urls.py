"""Every address of the product; the only place outside `cases` that knows it."""

from django.conf import settings
from django.urls import include, path

from cases.views import home
from csec.accounts.urls import ACCOUNT_ROUTES
from csec.switch import speak

handler400 = "csec.errors.bad_request"
handler403 = "csec.errors.forbidden"
handler404 = "csec.errors.not_found"
handler500 = "csec.errors.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    path("account/", include(ACCOUNT_ROUTES)),
    path("language/<str:language>/", speak, name="speak"),
    path("", include("csec.directory.urls")),
    path("", include("csec.delivery.urls")),
    path("", include("protocols.urls")),
    path("", include("cases.urls")),
    path("", include("district.urls")),
    path("", include("drills.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("", include("csec.demo.urls")))
