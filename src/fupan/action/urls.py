from django.urls import path

from fupan.action.views import actions, board, guests, panels, work

app_name = "action"

urlpatterns = [
    path("actions/", board.board, name="board"),
    path("actions/new/", actions.new, name="new"),
    path("actions/similar/", actions.alike, name="similar"),
    path("actions/export.<slug:kind>", board.export, name="export"),
    path("actions/of-problem/<int:number>/", panels.of_problem, name="of_problem"),
    path("actions/of-meeting/<int:pk>/", panels.of_meeting, name="of_meeting"),
    path("actions/<int:number>/", actions.action, name="action"),
    path("actions/<int:number>/edit/", actions.edit, name="edit"),
    path("actions/<int:number>/move/", board.move, name="move"),
    path("actions/<int:number>/carried/", board.carry_out_here, name="carry_out_here"),
    path("actions/<int:number>/carry-out/", actions.carry_out, name="carry_out"),
    path("actions/<int:number>/undo/", actions.undo_carry_out, name="undo_carry_out"),
    path("actions/<int:number>/start/", actions.start, name="start"),
    path("actions/<int:number>/drop/", actions.drop, name="drop"),
    path("actions/<int:number>/block/", actions.block, name="block"),
    path("actions/<int:number>/proofs/", work.add_proof, name="add_proof"),
    path("actions/<int:number>/proofs/<int:pk>/drop/", work.drop_proof, name="drop_proof"),
    path("actions/<int:number>/proofs/<int:pk>/file/", work.proof_file, name="proof_file"),
    path("actions/<int:number>/comments/", work.comment, name="comment"),
    path("actions/<int:number>/steps/", work.add_step, name="add_step"),
    path("actions/<int:number>/steps/<int:pk>/", work.tick_step, name="tick_step"),
    path("actions/<int:number>/steps/<int:pk>/drop/", work.drop_step, name="drop_step"),
    path("actions/<int:number>/links/", work.make_link, name="make_link"),
    path("actions/<int:number>/links/<int:pk>/revoke/", work.revoke_link, name="revoke_link"),
    path("g/<str:token>/", guests.guest, name="guest"),
    path("g/<str:token>/comment/", guests.guest_comment, name="guest_comment"),
    path("g/<str:token>/proof/", guests.guest_proof, name="guest_proof"),
    path("g/<str:token>/carried/", guests.guest_carry_out, name="guest_carry_out"),
    path("g/<str:token>/steps/<int:pk>/", guests.guest_step, name="guest_step"),
]
