"""All addresses, with those of the demo, which the tests' settings leave out."""

from django.urls import include, path

from csec import urls

handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500

urlpatterns = [*urls.urlpatterns, path("", include("csec.demo.urls"))]
