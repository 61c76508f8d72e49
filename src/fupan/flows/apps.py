from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "fupan.flows"
    label = "flows"

    def ready(self) -> None:
        """Every module of this package is an arrow of the loop; importing it connects it."""
        package = import_module("fupan.flows")
        for module in iter_modules(package.__path__):
            import_module(f"fupan.flows.{module.name}")
