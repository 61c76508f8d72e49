from django.urls import path

from fupan.insight import views

app_name = "insight"

urlpatterns = [
    path("insight/", views.metrics, name="metrics"),
    path("insight/products/", views.products, name="products"),
    path("insight/products/<int:pk>/", views.product, name="product"),
    path("insight/signals/", views.signals, name="signals"),
    path("insight/signals/<int:pk>/", views.signal, name="signal"),
    path("insight/signals/<int:pk>/snooze/", views.snooze_signal, name="signal_snooze"),
    path("insight/signals/<int:pk>/dismiss/", views.dismiss_signal, name="signal_dismiss"),
    path("insight/signals/<int:pk>/reopen/", views.reopen_signal, name="signal_reopen"),
    path("insight/topics/", views.topics, name="topics"),
    path("insight/rising/", views.rising, name="rising"),
    path("insight/topics/<int:pk>/promote/", views.promote_topic, name="topic_promote"),
    path("insight/topics/<int:pk>/drop/", views.drop_topic, name="topic_drop"),
    path("settings/signals/", views.signal_settings, name="signal_settings"),
    path("settings/targets/", views.targets, name="targets"),
    path("settings/targets/<int:pk>/drop/", views.drop_target, name="drop_target"),
]
