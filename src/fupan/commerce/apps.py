from django.apps import AppConfig


class CommerceConfig(AppConfig):
    name = "fupan.commerce"
    label = "commerce"
