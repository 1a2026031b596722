from django.urls import path

from district.views import agencies, closures, people, roles, settings, students

app_name = "district"

urlpatterns = [
    path("district/", settings.district, name="district"),
    path("district/change/", settings.change_district, name="change_district"),
    path("district/schools/add/", settings.add_school, name="add_school"),
    path("district/schools/<uuid:school_id>/change/", settings.change_school, name="change_school"),
    path("district/closures/", closures.closures, name="closures"),
    path("district/closures/add/", closures.add_closure, name="add_closure"),
    path("district/closures/<uuid:closure_id>/remove/", closures.remove_closure, name="remove_closure"),
    path("district/agencies/add/", agencies.add_agency, name="add_agency"),
    path("district/agencies/<uuid:agency_id>/change/", agencies.change_agency, name="change_agency"),
    path("district/agencies/<uuid:agency_id>/remove/", agencies.remove_agency, name="remove_agency"),
    path("district/students/", students.duplicates, name="duplicates"),
    path("district/students/compare/", students.compare_students, name="compare_students"),
    path("district/students/add/", students.add_student, name="add_student"),
    path(
        "district/students/<uuid:student_id>/merge/<uuid:other_id>/",
        students.merge_students,
        name="merge_students",
    ),
    path(
        "district/students/merged/<uuid:merge_id>/unmerge/",
        students.unmerge_students,
        name="unmerge_students",
    ),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite_person, name="invite_person"),
    path("people/<uuid:user_id>/", people.person, name="person"),
    path("people/<uuid:user_id>/invite-again/", people.invite_again, name="invite_again"),
    path("people/<uuid:user_id>/change/", people.change_person, name="change_person"),
    path("people/<uuid:user_id>/close/", people.close_account, name="close_account"),
    path("people/<uuid:user_id>/reopen/", people.reopen_account, name="reopen_account"),
    path("people/<uuid:user_id>/give-role/", roles.give_role, name="give_role"),
    path("people/roles/<uuid:membership_id>/change/", roles.change_role, name="change_role"),
    path("people/roles/<uuid:membership_id>/end/", roles.end_role, name="end_role"),
    path("people/roles/<uuid:membership_id>/agreement/", roles.record_agreement, name="record_agreement"),
]
