from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "fupan.people"
    label = "people"
