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
    path("settings/mail/", views.mail, name="mail"),
    path("settings/mail/new/", views.add_mail_account, name="add_mail_account"),
    path("settings/mail/hooks/add/", views.add_hook, name="add_hook"),
    path("settings/mail/hooks/<int:pk>/drop/", views.drop_hook, name="drop_hook"),
    path("settings/mail/held/<int:pk>/", views.held_mail, name="held_mail"),
    path("settings/mail/held/<int:pk>/release/", views.release_mail, name="release_mail"),
    path("settings/mail/held/<int:pk>/drop/", views.drop_mail, name="drop_mail"),
    path("settings/mail/<int:pk>/", views.mail_account, name="mail_account"),
    path("settings/mail/<int:pk>/try/", views.try_mail_account, name="try_mail_account"),
    path("settings/mail/<int:pk>/fetch/", views.fetch_mail_account, name="fetch_mail_account"),
    path("settings/mail/<int:pk>/drop/", views.drop_mail_account, name="drop_mail_account"),
    path("hooks/messages/<str:key>/", views.hook, name="hook"),
    path("settings/coverage/", views.coverage, name="coverage"),
]
