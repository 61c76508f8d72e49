"""Selects are drawn by hand, and `{% case %}` picks one branch: both must say what Django's own would."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template
from django.template.exceptions import TemplateSyntaxError

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
