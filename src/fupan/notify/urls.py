from django.urls import path

from fupan.notify import views

app_name = "notify"

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:pk>/", views.follow, name="follow"),
    path("settings/account/notices/", views.preferences, name="preferences"),
]
