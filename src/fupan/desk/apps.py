from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "fupan.desk"
    label = "desk"
