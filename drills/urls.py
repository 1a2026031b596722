from django.urls import path

from drills import views

app_name = "drills"

urlpatterns = [
    path("drill/", views.drill, name="drill"),
    path("drill/begin/", views.begin_drill, name="begin_drill"),
    path("drill/go-on/", views.go_on, name="go_on"),
    path("drill/others/", views.let_others_answer, name="let_others_answer"),
    path("drill/end/", views.end_drill, name="end_drill"),
    path("drill/leave/", views.leave_drill, name="leave_drill"),
]
