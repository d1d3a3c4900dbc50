"""The booker's addresses."""

from django.urls import path

from training.views import booking, request

app_name = "training"
urlpatterns = [
    path("", booking.mine, name="mine"),
    path("request/<slug:package>/", request.ask, name="ask"),
    path("request/<slug:package>/check/", request.check, name="check"),
    path("request/<slug:package>/<slug:step>/", request.step, name="step"),
    path("<str:reference>/", booking.one, name="booking"),
    path("<str:reference>/requested/", booking.requested, name="requested"),
    path("<str:reference>/meeting.ics", booking.meeting_file, name="meeting_file"),
    path("<str:reference>/withdraw/", booking.withdraw, name="withdraw"),
]
