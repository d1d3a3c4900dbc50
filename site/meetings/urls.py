"""What people without an account open from their mail: the meeting, and their answer to it."""

from django.urls import path

from meetings import views

app_name = "meetings"

urlpatterns = [
    path("reply/<str:token>/", views.reply, name="reply"),
    path("reply/<str:token>/meeting.ics", views.download, name="download"),
]
