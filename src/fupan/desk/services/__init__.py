"""Verbs of the desk."""

from fupan.desk.services.opening import Opened, open_received
from fupan.desk.services.planting import plant_trees

__all__ = ["Opened", "open_received", "plant_trees"]
