from django.urls import path

from csec.directory import views

app_name = "directory"

urlpatterns = [
    path("emergency/", views.emergency_card, name="emergency_card"),
    path("emergency/cards/", views.cards, name="cards"),
]
