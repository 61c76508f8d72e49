"""The screening finds what was planted, soon, where it is, and little else."""

from fupan.core import weeks
from fupan.demo.found import compare
from fupan.demo.tests.facts import plant
from fupan.insight.models import Signal
from fupan.insight.services import screen

JUDGED_FROM = 14  # weeks after the story begins
SOON = {
    "power_bank_batch": 4,
    "carrier_late": 2,
    "size_chart": 3,
}  # weeks until it can be seen at all, by our own count


def test_what_was_planted_is_found_and_localised(story, workspace):
    plant(workspace, story.simulation)
    truth = story.simulation.truth()
    screen(workspace, since=weeks.shift(truth["first_week"], JUDGED_FROM))
    found, false = compare(truth, Signal.objects.filter(workspace=workspace))
    told = {one.code: one for one in found}
    assert set(told) == set(SOON)
    for code, one in told.items():
        assert one.exact, (code, one.slice)
        assert one.week is not None
        assert one.week <= weeks.shift(one.first_week, SOON[code] + 2), (code, one.week)
    judged = len(weeks.between(truth["first_week"], truth["last_week"])) - JUDGED_FROM
    assert len(false) / judged < 0.5, [(one.slice, one.week) for one in false]
