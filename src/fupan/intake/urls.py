from django.urls import path

from fupan.intake import views

app_name = "intake"

urlpatterns = [
    path("settings/imports/", views.imports, name="imports"),
    path("settings/imports/new/", views.new_import, name="new_import"),
    path("settings/imports/<int:pk>/", views.import_page, name="import"),
    path("settings/imports/<int:pk>/mapping/", views.mapping, name="import_mapping"),
    path("settings/imports/<int:pk>/options/", views.options, name="import_options"),
    path("settings/imports/<int:pk>/start/", views.start, name="import_start"),
    path("settings/imports/<int:pk>/progress/", views.progress, name="import_progress"),
    path("settings/imports/<int:pk>/undo/", views.undo, name="import_undo"),
    path("settings/imports/<int:pk>/discard/", views.discard, name="import_discard"),
    path("settings/imports/<int:pk>/rejects.csv", views.rejects, name="import_rejects"),
    path("settings/coverage/", views.coverage, name="coverage"),
]
