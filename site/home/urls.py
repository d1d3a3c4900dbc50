from django.urls import path

from home import views

app_name = "home"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("favicon.ico", views.favicon),
    path("robots.txt", views.robots, name="robots"),
]
