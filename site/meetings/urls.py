"""What people without an account open from their mail, and what calendars subscribe to."""

from django.urls import path

from meetings.views import feed, poll, reply

app_name = "meetings"

urlpatterns = [
    path("reply/<str:token>/", reply.reply, name="reply"),
    path("reply/<str:token>/meeting.ics", reply.download, name="download"),
    path("reply/<str:token>/needs/", reply.needs, name="needs"),
    path("reply/<str:token>/late/", reply.late, name="late"),
    path("poll/<str:token>/", poll.answer, name="poll"),
    path("feeds/<str:kind>/<str:token>.ics", feed.read, name="feed"),
]
