from fupan.core import stale


def test_a_week_marked_again_while_it_is_rebuilt_stays_marked(workspace):
    stale.mark(workspace.pk, {("tickets", 202646), ("orders", 202645)})
    seen = stale.marks(workspace.pk)
    stale.mark(workspace.pk, {("tickets", 202646)})
    stale.clear(seen)
    assert [(one.table, one.week) for one in stale.marks(workspace.pk)] == [("tickets", 202646)]
