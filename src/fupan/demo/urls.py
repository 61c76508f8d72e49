from django.urls import path

from fupan.demo import views

app_name = "demo"

urlpatterns = [
    path("demo/", views.door, name="door"),
    path("demo/planted/", views.planted, name="planted"),
    path("demo/<slug:key>/", views.enter, name="enter"),
]
