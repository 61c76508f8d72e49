from django.urls import path

from fupan.notify import views

app_name = "notify"

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:pk>/", views.follow, name="follow"),
    path("settings/account/notices/", views.preferences, name="preferences"),
    path("settings/destinations/", views.destinations, name="destinations"),
    path("settings/destinations/new/", views.add_destination, name="add_destination"),
    path("settings/destinations/<int:pk>/", views.destination, name="destination"),
    path("settings/destinations/<int:pk>/test/", views.try_destination, name="destination_test"),
    path("settings/destinations/<int:pk>/remove/", views.drop_destination, name="destination_drop"),
    path("settings/deliveries/<int:pk>/again/", views.send_again, name="delivery_again"),
]
