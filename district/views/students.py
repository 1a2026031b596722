"""Students whom the roster has twice, or not yet."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.views.pages import attempt, form_for
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import OVERSEERS
from csec.directory.likeness import alike
from csec.directory.models import Student, StudentMerge
from csec.errors import Absent
from district import permissions, workflow
from district.forms import students as forms
from district.gate import route
from district.reading import students as reading
from district.reading.people import schools_of
from district.views.pages import allow, verb_page
from district.workflow.students import possible_duplicates

DUPLICATES_LISTED = "duplicates_listed"


@route(OVERSEERS, event=DUPLICATES_LISTED)
def duplicates(request: StaffRequest) -> HttpResponse:
    """The rows that may be the same student, at the schools that one answers for; `?state=merged`: those that are."""
    page = request.GET.get("page")
    if request.GET.get("state") == "merged":
        return render(
            request, "district/duplicates.html", {"merged": reading.merged(request.user, page=page)}
        )
    return render(request, "district/duplicates.html", {"page": reading.possible(request.user, page=page)})


@route(permissions.WHO_MAY["add_student"], methods=["GET", "POST"], event=DUPLICATES_LISTED)
def add_student(request: StaffRequest) -> HttpResponse:
    schools = schools_of(request.user)
    form = form_for(request, forms.AddStudentForm, "add_student", schools=schools)
    if attempt(request, form, workflow.add_student):
        messages.success(request, _("Entered. The student can be found at the school from now on."))
        return redirect("district:duplicates")
    row = form.row()
    found = possible_duplicates(row, schools) if row else []
    if form.is_bound:
        form.show(found)
    context = {
        "found": [(one, reading.facts(one)) for one in found],
        "cancel_url": reverse("district:duplicates"),
    }
    return verb_page(request, "add_student", form, **context)


@route(OVERSEERS, methods=["GET", "POST"], event=DUPLICATES_LISTED)
def compare_students(request: StaffRequest) -> HttpResponse:
    """Two rows that nothing in them makes alike, found by name: it is a POST, as names are never in an address."""
    form = form_for(request, forms.CompareStudentsForm, "compare_students")
    query = form["student_query"].value() or ""
    form.offer(reading.named(request.user, query))
    if "find" in request.POST:
        request.log_event = "students_searched"  # type: ignore[attr-defined]
        # Nothing is checked, and nothing is compared yet.
        form.errors.clear()
    elif form.is_bound and form.is_valid():
        one, other = form.cleaned_data["rows"]
        return redirect("district:merge_students", one.pk, other.pk)
    context = {"searched": "find" in request.POST, "cancel_url": reverse("district:duplicates")}
    return verb_page(request, "compare_students", form, **context)


@route(OVERSEERS, methods=["GET", "POST"], event=DUPLICATES_LISTED, may=permissions.WHO_MAY["merge_students"])
def merge_students(request: StaffRequest, student_id: UUID, other_id: UUID) -> HttpResponse:
    one, other = _get_student(request, student_id), _get_student(request, other_id)
    if one == other:
        raise Absent("student", other_id)
    may = permissions.can_merge_students(request.user, one.school_id, other.school_id)
    allow(may, "merge_students", subject=one.pk)
    form = form_for(
        request, forms.MergeStudentsForm, f"merge_students:{one.pk}:{other.pk}", one=one, other=other
    )
    if attempt(request, form, workflow.merge_students):
        messages.success(request, _("They are one student from now on. It can be taken back."))
        return redirect(f"{reverse('district:duplicates')}?state=merged")
    context: dict[str, Any] = {
        "rows": [(row, reading.facts(row)) for row in (one, other)],
        "why": alike(one, other),
        "cancel_url": reverse("district:duplicates"),
    }
    return verb_page(request, "merge_students", form, **context)


@route(
    OVERSEERS, methods=["GET", "POST"], event=DUPLICATES_LISTED, may=permissions.WHO_MAY["unmerge_students"]
)
def unmerge_students(request: StaffRequest, merge_id: UUID) -> HttpResponse:
    found = StudentMerge.objects.select_related("alias__school", "kept__school", "by")
    merge = found.filter(pk=merge_id).first()
    if merge is None:
        raise Absent("merge", merge_id)
    request.log_subject = merge.pk  # type: ignore[attr-defined]
    may = permissions.can_unmerge_students(request.user, merge.alias.school_id, merge.kept.school_id)
    allow(may, "unmerge_students", subject=merge.pk)
    form = form_for(request, forms.UnmergeStudentsForm, f"unmerge_students:{merge.pk}")
    listed = f"{reverse('district:duplicates')}?state=merged"
    if attempt(request, form, workflow.unmerge_students, merge=merge):
        messages.success(request, _("They are two students again, each with what was about them before."))
        return redirect("district:duplicates")
    rows = [(row, reading.facts(row)) for row in (merge.kept, merge.alias)]
    return verb_page(request, "unmerge_students", form, merge=merge, rows=rows, cancel_url=listed)


def _get_student(request: StaffRequest, student_id: UUID) -> Student:
    """A row of a school that one answers for. Raises Absent."""
    found = Student.objects.filter(pk=student_id, school__in=schools_of(request.user)).select_related(
        "school"
    )
    student = found.first()
    if student is None:
        raise Absent("student", student_id)
    request.log_subject = student.pk  # type: ignore[attr-defined]
    return student
