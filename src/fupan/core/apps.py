from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "fupan.core"
    label = "core"
