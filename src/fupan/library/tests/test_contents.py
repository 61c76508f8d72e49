"""Articles are written as plain text and stored as checked JSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupan.core.errors import Refused
from fupan.library import contents
from fupan.library.drafts import masked, steps_from, steps_text
from fupan.library.queries.content import pieces

TREE = """
Does it get warm?
  Yes > Stop using it
  No > How does it blink?
    Four times > Send a new one
    It stays on → Is the plug in?
      No > Send a cable
      Yes ＞ Send a new one
"""
SOP = "# Receive\nLook at the batch\n  on the order panel\n# Follow up\n1. Write again"
PITFALL = "Do not write recall\n  it goes up\n  > say this one is broken"
FAQ = "Sent back?\n  No.\n  Never."
WRITTEN = {"tree": TREE, "sop": SOP, "pitfall": PITFALL, "faq": FAQ}


def test_a_tree_is_read_by_its_indentation():
    content = contents.parse("tree", TREE)
    first = contents.node("tree", content, contents.first("tree", content))
    assert [said for said, _to in first.options] == ["Yes", "No"]
    deep = contents.node("tree", content, "1.2.2.2")
    assert (deep.text, deep.options) == ("Send a new one", ())


def test_a_procedure_has_stages_steps_and_notes():
    steps = contents.parse("sop", SOP)["steps"]
    assert steps == [
        {"stage": "receive", "do": "Look at the batch", "note": "on the order panel"},
        {"stage": "follow_up", "do": "Write again", "note": ""},
    ]


def test_a_pitfall_says_what_to_do_instead():
    (item,) = contents.parse("pitfall", PITFALL)["items"]
    assert item == {"dont": "Do not write recall", "why": "it goes up", "instead": "say this one is broken"}


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_is_stored_reads_as_what_was_written(kind):
    content = contents.parse(kind, WRITTEN[kind])
    assert contents.parse(kind, contents.text_of(kind, content)) == content


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("tree", "One?\nTwo?", "Line 2"),
        ("tree", "One?\n  without an arrow", "Line 2"),
        ("tree", "One?\n  only > this", "at least two answers"),
        ("tree", "One?", "at least two answers"),
        ("sop", "# Somewhere\nstep", "“somewhere” is not a stage"),
        ("pitfall", "Do not", "Line 1"),
        ("faq", "Why?", "the answer is missing"),
        ("faq", "  \n ", "at least one line"),
        ("faq", "\n".join(f"{'  ' * depth}x" for depth in range(20)), "too deeply"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(kind, text, says):
    with pytest.raises(Refused) as refused:
        contents.parse(kind, text)
    assert says in str(refused.value.message)


def test_a_branch_that_leads_nowhere_or_round_is_refused():
    lost = {"start": "1", "nodes": {"1": {"text": "?", "options": [{"say": "a", "to": "2"}, {"say": "b", "to": "9"}]},
                                    "2": {"text": "end", "options": []}}}  # fmt: skip
    ring = {"start": "1", "nodes": {"1": {"text": "?", "options": [{"say": "a", "to": "1"}, {"say": "b", "to": "2"}]},
                                    "2": {"text": "end", "options": []}}}  # fmt: skip
    for wrong in (lost, ring, {"start": "1", "nodes": {}}, {}):
        with pytest.raises(Refused):
            contents.check("tree", wrong)


@pytest.mark.parametrize(
    "wrong", [{}, {"steps": []}, {"steps": ["x"]}, {"steps": [{"do": 1, "note": "", "stage": ""}]}]
)
def test_json_that_is_no_procedure_is_refused(wrong):
    with pytest.raises(Refused):
        contents.check("sop", wrong)


def test_the_last_step_of_a_procedure_leads_to_the_end():
    content = contents.parse("sop", SOP)
    assert contents.node("sop", content, "2").options == (("", "end"),)
    assert contents.node("sop", content, "end").options == ()


def test_steps_of_a_case_keep_their_notes():
    told = "1. Ask\n  how often\n  and when\nSend"
    steps = steps_from(told)
    assert steps == (("Ask", "how often\nand when"), ("Send", ""))
    assert steps_text([one._asdict() for one in steps]) == "Ask\n  how often\n  and when\nSend"


@pytest.mark.parametrize(
    ("order", "shown"),
    [("302-7712345-1234567", "302-77•••••"), ("2611014ABCDEFG", "2611•••••"), ("302-77•••••", "302-77•••••"), ("", "")],
)
def test_an_order_number_is_masked_once(order, shown):
    assert masked(order) == shown


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_diff_holds_both_texts(old, new):
    told = pieces(old, new)
    assert "".join(text for kind, text in told if kind != "new") == old
    assert "".join(text for kind, text in told if kind != "gone") == new
