from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "fupan.library"
    label = "library"

    def ready(self) -> None:
        """Whatever happens to a thing that search finds marks it for the index."""
        from fupan.core import changed
        from fupan.library.finding.sources import BY_LABEL

        changed.follow(*BY_LABEL)
