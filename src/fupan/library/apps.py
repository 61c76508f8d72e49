from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "fupan.library"
    label = "library"
