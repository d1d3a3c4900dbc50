from django.urls import path

from organisations import views

app_name = "organisations"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("join/", views.join, name="join"),
    path("join/ours/", views.join_ours, name="join_ours"),
    path("people/<int:pk>/", views.place, name="place"),
    path("people/<int:pk>/leave/", views.leave, name="leave"),
]
