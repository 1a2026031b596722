"""The page on which one chooses one's language; the switch at the foot of each page sends to it as well."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from csec import languages
from csec.accounts import language
from csec.accounts.forms import ChooseLanguage
from csec.accounts.requests import StaffRequest


def choose_language(request: StaffRequest) -> HttpResponse:
    """In which language one reads, on every page and in messages. Back to the page from which it was changed."""
    form = ChooseLanguage(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["language"]
        language.choose_language(request.user, chosen)
        if chosen:
            languages.speak_to(request.user, request)
        else:
            languages.speak_as_asked(request)
        back = request.POST.get("next", "")
        if not (back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)):
            messages.success(request, _("Your language is changed."))
            back = request.path
        answer = redirect(back)
        languages.remember(answer, chosen)
        return answer
    return render(request, "account/choose_language.html", {"form": form})
