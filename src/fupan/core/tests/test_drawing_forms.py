"""What is drawn quicker than Django would must say the same: selects, `{% case %}`, `{% kept %}`."""

from datetime import timedelta

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template
from django.template.exceptions import TemplateSyntaxError
from django.utils import translation

from fupan.core import clock
from fupan.core.forms import Renderer

GROUPED = [("", "—"), ("Parcel", [("late", "Late"), ("lost", "Lost <b>")]), ("o'k", "Fine & good"), (7, "Seven")]


def drawn(renderer, **widget):
    class Asked(forms.Form):
        one = forms.ChoiceField(choices=GROUPED, widget=forms.Select(**widget), required=False)

    return str(Asked({"one": "lost"}, renderer=renderer)["one"])


def plain(html):
    return "".join(line.strip() for line in html.splitlines())


@pytest.mark.parametrize("attrs", [{}, {"class": "form-select", "disabled": True, "hidden": False, "title": 'a "b"'}])
def test_a_select_is_what_django_draws(attrs):
    assert drawn(Renderer(), attrs=attrs) == plain(drawn(DjangoTemplates(), attrs=attrs))
    assert '<option value="lost" selected>Lost &lt;b&gt;</option>' in drawn(Renderer(), attrs=attrs)


CASE = """{% load fupan %}{% case one %}
  {% of "due" %}{{ two }} left{% of "owner" %}nobody{% endcase %}"""


@pytest.mark.parametrize(("one", "said"), [("due", "<i>3</i> left"), ("owner", "nobody"), ("else", ""), (None, "")])
def test_a_case_draws_the_branch_of_its_name(one, said):
    from django.utils.safestring import mark_safe

    assert Template(CASE).render(Context({"one": one, "two": mark_safe("<i>3</i>")})) == said


@pytest.mark.parametrize("wrong", ['{% of "due" %}a{% of "due" %}b{% endcase %}', '{% of "due" %}never ends'])
def test_a_case_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(TemplateSyntaxError):
        Template("{% load fupan %}{% case one %}" + wrong)


KEPT = "{% load fupan %}{% for one in things %}{% kept one flag %}{{ one }}{{ count.next }} {% endkept %}{% endfor %}"


class Counting:
    def __init__(self):
        self.at = 0

    def next(self):
        self.at += 1
        return self.at


def test_what_is_kept_is_drawn_once_a_minute_for_the_same_values(frozen_clock):
    drawing, count = Template(KEPT), Counting()

    def drawn(things, flag=False):
        return drawing.render(Context({"things": things, "flag": flag, "count": count}))

    assert drawn(["a", "b", "a"]) == "a1 b2 a1 "
    assert drawn(["b"]) == "b2 "
    assert drawn(["b"], flag=True) == "b3 "
    with translation.override("zh-hans"):
        assert drawn(["b"]) == "b4 "
    with clock.set_to(frozen_clock + timedelta(seconds=61)):
        assert drawn(["b"]) == "b5 "
