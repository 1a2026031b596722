from django.urls import path

from cases.views import (
    around,
    cases,
    checkins,
    drafts,
    duties,
    emergency,
    intake,
    log,
    people,
    reminders,
    sheets,
    steps,
)

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
    path("concerns/<uuid:concern_id>/sheet/", sheets.concern_sheet, name="concern_sheet"),
    path("concerns/<uuid:concern_id>/open-case/", cases.open_case, name="open_case"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<uuid:case_id>/", cases.case, name="case"),
    path("cases/<uuid:case_id>/reclassify/", cases.reclassify, name="reclassify"),
    path("cases/<uuid:case_id>/close/", cases.close_case, name="close_case"),
    path("cases/<uuid:case_id>/reopen/", cases.reopen_case, name="reopen_case"),
    path("cases/<uuid:case_id>/void/", cases.void_case, name="void_case"),
    path("cases/<uuid:case_id>/correct-student/", cases.correct_student, name="correct_student"),
    path("cases/<uuid:case_id>/people/add/", people.add_person, name="add_person"),
    path("cases/<uuid:case_id>/people/exclude/", people.exclude_person, name="exclude_person"),
    path("cases/<uuid:case_id>/people/<uuid:person_id>/remove/", people.remove_person, name="remove_person"),
    path(
        "cases/<uuid:case_id>/people/<uuid:person_id>/readmit/", people.readmit_person, name="readmit_person"
    ),
    path("cases/<uuid:case_id>/parts/<uuid:part_id>/record/", steps.record_outcome, name="record_outcome"),
    path("cases/<uuid:case_id>/parts/<uuid:part_id>/sheet/", sheets.report_sheet, name="report_sheet"),
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
    path(
        "cases/<uuid:case_id>/parts/<uuid:part_id>/check-in/", checkins.record_checkin, name="record_checkin"
    ),
    path("cases/<uuid:case_id>/check-ins/plan/", checkins.plan_checkins, name="plan_checkins"),
    path("cases/<uuid:case_id>/safety/", around.safety, name="safety"),
    path("cases/<uuid:case_id>/safety/plan/", around.set_safety_plan, name="set_safety_plan"),
    path("cases/<uuid:case_id>/safety/device/", around.record_device, name="record_device"),
    path("cases/<uuid:case_id>/contacts/add/", around.add_contact, name="add_contact"),
    path(
        "cases/<uuid:case_id>/contacts/<uuid:contact_id>/change/",
        around.change_contact,
        name="change_contact",
    ),
    path("cases/<uuid:case_id>/contacts/<uuid:contact_id>/end/", around.end_contact, name="end_contact"),
    path("cases/<uuid:case_id>/breaks/", checkins.breaks_of_case, name="breaks_of_case"),
    path("cases/<uuid:case_id>/breaks/<str:first_day>/plan/", checkins.plan_break, name="plan_break"),
    path("cases/<uuid:case_id>/take-over/<uuid:subject>/", checkins.take_over, name="take_over"),
    path("cases/<uuid:case_id>/alerts/<uuid:alert_id>/end/", checkins.end_alert, name="end_alert"),
    path("emergency-access/", emergency.begin_emergency_access, name="begin_emergency_access"),
    path(
        "cases/<uuid:case_id>/emergency-access/end/",
        emergency.end_emergency_access,
        name="end_emergency_access",
    ),
    path(
        "cases/<uuid:case_id>/emergency-access/<uuid:access_id>/review/",
        emergency.review_emergency_access,
        name="review_emergency_access",
    ),
    path("all-schools/", cases.all_schools, name="all_schools"),
    path("cases/<uuid:case_id>/readings/", log.case_readings, name="case_readings"),
    path("cases/<uuid:case_id>/what-now/", checkins.what_now, name="what_now"),
    path("absences/report/", checkins.report_absence, name="report_absence"),
    path("away/", checkins.enter_away, name="enter_away"),
    path("away/<uuid:away_id>/withdraw/", checkins.withdraw_away, name="withdraw_away"),
    path("cases/<uuid:case_id>/reminders/", reminders.case_reminders, name="case_reminders"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("calendar/", reminders.calendar, name="calendar"),
    path("calendar/make/", reminders.make_feed, name="make_feed"),
    path("calendar/revoke/", reminders.revoke_feed, name="revoke_feed"),
    path("calendar/<str:token>.ics", reminders.feed, name="feed"),
    path("cases/<uuid:case_id>/reports/", duties.case_reports, name="case_reports"),
    path("duties/<uuid:duty_id>/", duties.report_duty, name="report_duty"),
    path("duties/<uuid:duty_id>/report/", duties.record_report, name="record_report"),
    path("duties/<uuid:duty_id>/joint-report/", duties.confirm_joint_report, name="confirm_joint_report"),
    path("duties/<uuid:duty_id>/first-known/", duties.correct_learned_at, name="correct_learned_at"),
    path("drafts/keep/", drafts.keep_draft, name="keep_draft"),
]
