from django.urls import path

from cases.views import cases, drafts, intake, steps

app_name = "cases"

urlpatterns = [
    path("concerns/", intake.concerns, name="concerns"),
    path("concerns/new/", intake.new_concern, name="new_concern"),
    path("concerns/blank/", intake.blank_concern, name="blank_concern"),
    path("concerns/log/", intake.log_concern, name="log_concern"),
    path("concerns/<uuid:concern_id>/", intake.concern, name="concern"),
    path("concerns/<uuid:concern_id>/supplement/", intake.supplement_concern, name="supplement_concern"),
    path("concerns/<uuid:concern_id>/accept/", intake.accept_concern, name="accept_concern"),
    path("concerns/<uuid:concern_id>/match/", intake.match_concern, name="match_concern"),
    path("concerns/<uuid:concern_id>/attach/", intake.attach_concern, name="attach_concern"),
    path("concerns/<uuid:concern_id>/close/", intake.close_concern, name="close_concern"),
    path("concerns/<uuid:concern_id>/open-case/", cases.open_case, name="open_case"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<uuid:case_id>/", cases.case, name="case"),
    path("cases/<uuid:case_id>/reclassify/", cases.reclassify, name="reclassify"),
    path("cases/<uuid:case_id>/close/", cases.close_case, name="close_case"),
    path("cases/<uuid:case_id>/reopen/", cases.reopen_case, name="reopen_case"),
    path("cases/<uuid:case_id>/void/", cases.void_case, name="void_case"),
    path("cases/<uuid:case_id>/correct-student/", cases.correct_student, name="correct_student"),
    path("cases/<uuid:case_id>/people/add/", cases.add_person, name="add_person"),
    path("cases/<uuid:case_id>/people/<uuid:person_id>/remove/", cases.remove_person, name="remove_person"),
    path("cases/<uuid:case_id>/parts/<uuid:part_id>/record/", steps.record_outcome, name="record_outcome"),
    path("cases/<uuid:case_id>/parts/<uuid:part_id>/request-sro/", steps.request_sro, name="request_sro"),
    path("cases/<uuid:case_id>/entries/<uuid:entry_id>/correct/", steps.correct_entry, name="correct_entry"),
    path(
        "cases/<uuid:case_id>/requests/<uuid:request_id>/accept/", steps.accept_request, name="accept_request"
    ),
    path(
        "cases/<uuid:case_id>/requests/<uuid:request_id>/decline/",
        steps.decline_request,
        name="decline_request",
    ),
    path(
        "cases/<uuid:case_id>/requests/<uuid:request_id>/report-back/", steps.report_back, name="report_back"
    ),
    path("drafts/keep/", drafts.keep_draft, name="keep_draft"),
]
