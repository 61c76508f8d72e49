from django.urls import path

from fupan.desk.views import classifier, labelling, ticket, tickets, trees

app_name = "desk"

urlpatterns = [
    path("tickets/", tickets.tickets, name="tickets"),
    path("tickets/export.<str:format>", tickets.export, name="export"),
    path("tickets/label/", tickets.label_many, name="label_many"),
    path("tickets/undo/", tickets.undo_labels, name="undo_labels"),
    path("tickets/kept/<int:pk>/", tickets.kept, name="kept"),
    path("tickets/<int:number>/", ticket.ticket, name="ticket"),
    path("tickets/<int:number>/label/", ticket.label, name="label"),
    path("tickets/<int:number>/note/", ticket.note, name="note"),
    path("tickets/<int:number>/state/", ticket.state, name="state"),
    path("tickets/<int:number>/assign/", ticket.assign, name="assign"),
    path("tickets/<int:number>/split/", ticket.split, name="split"),
    path("tickets/<int:number>/join/", ticket.join, name="join"),
    path("labels/", labelling.label_queue, name="label_queue"),
    path("labels/<int:number>/", labelling.label_one, name="label_one"),
    path("settings/labels/", trees.labels, name="labels"),
    path("settings/labels/rules/add/", trees.add_rule, name="add_rule"),
    path("settings/labels/rules/<int:pk>/drop/", trees.drop_rule, name="drop_rule"),
    path("settings/labels/codes/", trees.set_code, name="set_code"),
    path("settings/labels/again/", trees.relabel, name="relabel"),
    path("settings/labels/learn/", classifier.learn_now, name="learn_now"),
    path("settings/labels/learning/<int:version>/use/", classifier.use_version, name="use_version"),
    path("settings/labels/<str:tree>/add/", trees.add_node, name="add_node"),
    path("settings/labels/<str:tree>/<slug:code>/", trees.node, name="node"),
    path("settings/labels/<str:tree>/<slug:code>/retire/", trees.retire_node, name="retire_node"),
]
