"""What an action was to change came into force: it counts as carried out, once, with that as its proof."""

from datetime import timedelta

import pytest

from fupan.core import clock, events
from fupan.core.models import Event
from fupan.desk.models import ReplyTemplate
from fupan.flows.published_to_action import close_article_actions, close_template_actions
from fupan.library.models import Article
from fupan.verification.tests.support import an_action


@pytest.fixture
def waiting(workspace, ines):
    """`waiting("template")` is an action that is to change the seventh of them."""

    def make(kind, **more):
        subject = {"kind": kind, "id": 7}
        return an_action(workspace, ines, proved=False, state="doing", carried_on=None, subject=subject, **more)

    return make


def in_force(thing, name):
    return events.record(name, thing, by=None, version=3)


def test_a_template_in_force_carries_its_action_out_once(waiting, workspace):
    action = waiting("template")
    other = waiting("article", number=98)
    template = ReplyTemplate.objects.create(workspace=workspace, number=7, name="Late parcel", made_at=clock.now())
    event = in_force(template, "desk.template_in_force")
    for _twice in range(2):
        close_template_actions(event)
    action.refresh_from_db()
    other.refresh_from_db()
    assert (action.state, other.state) == ("done", "doing")
    assert action.carried_on == clock.today()
    assert action.proofs.get().text == "“Late parcel”已生效，第 3 版。"
    assert Event.objects.filter(name="action.carried_out").count() == 1


def test_what_was_asked_for_later_waits_for_a_later_version(waiting, workspace):
    action = waiting("article", created_at=clock.now() + timedelta(hours=1))
    article = Article.objects.create(workspace=workspace, number=7, kind="faq", title="Batteries", made_at=clock.now())
    close_article_actions(in_force(article, "library.article_in_force"))
    action.refresh_from_db()
    assert action.state == "doing"
