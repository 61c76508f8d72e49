from django.urls import path

from fupan.people import views

app_name = "people"

urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("settings/workspace/", views.workspace, name="workspace"),
    path("settings/members/", views.members, name="members"),
    path("settings/members/invite/", views.invite, name="invite"),
    path("settings/members/<int:pk>/", views.member, name="member"),
    path("settings/members/<int:pk>/deactivate/", views.deactivate, name="deactivate"),
    path("settings/members/<int:pk>/reactivate/", views.reactivate, name="reactivate"),
    path("settings/invitations/<int:pk>/revoke/", views.revoke_invitation, name="revoke_invitation"),
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("settings/account/", views.account, name="account"),
    path("settings/switch/", views.switch, name="switch"),
    path("settings/events/", views.events, name="events"),
    path("join/<str:token>/", views.join, name="join"),
    path("enter/<str:token>/", views.enter, name="enter"),
]
