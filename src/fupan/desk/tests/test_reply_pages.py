"""Pages of canned replies, routing, authority and escalation: what each role sees and may do there."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from fupan.desk import services
from fupan.desk.models import Authority, AutoReply, Escalation, EscalationPath, ReplyTemplate, RoutingRule
from fupan.desk.services.escalation import HandOver
from fupan.desk.services.templates import stamp_of
from fupan.desk.tests.reply_support import a_ticket, money, used

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def equipped(planted):
    cache.clear()
    planted.language = "en"
    services.equip_desk(planted)
    return planted


def text_of(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def late():
    return ReplyTemplate.objects.get(issue_type__code="late")


def test_an_agent_reads_templates_and_does_not_write_them(shop, mei, signed_in):
    browser, number = signed_in(mei), late().number
    assert "Late: calm" in text_of(browser.get(reverse("desk:templates") + "?q=parcel"))
    page = text_of(browser.get(reverse("desk:template", args=[number])))
    assert reverse("desk:edit_template", args=[number]) not in page
    for name in ("new_template", "edit_template"):
        assert browser.get(reverse(f"desk:{name}", args=[number] if "edit" in name else [])).status_code == 404
    assert browser.post(reverse("desk:retire_template", args=[number])).status_code == 404


@pytest.mark.parametrize("name", ["routing", "authority", "escalation_path", "auto_replies", "assistant"])
def test_settings_are_not_there_for_an_agent(mei, signed_in, name):
    assert signed_in(mei).get(reverse(f"desk:{name}")).status_code in {403, 404}


def test_a_template_goes_from_the_form_to_approval(shop, omar, boss, signed_in):
    template = late()
    form = {"name": template.name, "issue": "late", "text_en": "Hello {buyer}.", "stamp": stamp_of(template),
            "submit": "1", "why": "shorter"}  # fmt: skip
    where = reverse("desk:edit_template", args=[template.number])
    assert signed_in(omar).post(where, form).status_code == 302
    assert "Somebody saved this template" in text_of(signed_in(omar).post(where, form), 422)
    page = text_of(signed_in(boss).get(reverse("desk:template", args=[template.number])))
    assert "shorter" in page
    signed_in(boss).post(reverse("desk:decide_template", args=[template.number]), {"verdict": "approve"})
    template.refresh_from_db()
    assert template.version == 2
    differ = text_of(signed_in(boss).get(reverse("desk:template_versions", args=[template.number])))
    assert "<del>" in differ


def test_a_wrong_form_keeps_what_was_typed(omar, signed_in):
    where = reverse("desk:new_template")
    page = text_of(signed_in(omar).post(where, {"name": "New", "text_en": "Dear {nobody}", "stamp": "0"}), 422)
    assert "There is no variable {nobody} (en)." in page
    assert "Dear {nobody}" in page


def test_the_preview_marks_empty_variables_and_broken_rules(shop, omar, signed_in):
    ticket = a_ticket(shop)
    told = {"ticket": f"T-{ticket.number}", "language": "en", "text_en": "{buyer} {carrier} see www.our-shop.com"}
    page = text_of(signed_in(omar).post(reverse("desk:preview_template"), told))
    assert "<b>Anna</b>" in page
    assert "<mark>{carrier}</mark>" in page
    assert "<mark>www.our-shop.com</mark>" in page
    assert "There is no ticket" in text_of(signed_in(omar).post(reverse("desk:preview_template"), {"ticket": "7"}))


def test_the_menu_offers_texts_for_the_ticket(shop, mei, signed_in):
    ticket = a_ticket(shop, 1, "late")
    used(late(), a_ticket(shop, 2, "late", state="solved", replies=1))
    where = reverse("desk:templates_of", args=[ticket.number])
    menu = text_of(signed_in(mei).get(where, **HTMX))
    assert menu.index("Late: calm") < menu.index("Damaged")
    assert "1 / 1" in menu
    assert "data-offer-search" not in text_of(signed_in(mei).get(where + "?q=damaged", **HTMX))
    assert "No template says that." in text_of(signed_in(mei).get(where + "?q=zzz", **HTMX))


def test_how_templates_do_is_a_page(shop, mei, signed_in):
    used(late(), a_ticket(shop, 2, "late", state="solved", replies=1))
    page = text_of(signed_in(mei).get(reverse("desk:template_statistics")))
    assert "Issues answered from templates" in page


def test_automatic_answers_are_set_by_marketplace(shop, omar, signed_in):
    browser, where = signed_in(omar), reverse("desk:auto_replies")
    assert "Amazon" in text_of(browser.get(where))
    told = {"platform": "amazon", "template": str(late().number), "active": "on", "version": "0"}
    assert browser.post(where, told).status_code == 302
    assert AutoReply.objects.get(platform="amazon").active
    assert "Somebody changed this" in text_of(browser.post(where, told), 422)


def test_the_assistant_is_for_administrators(root, omar, signed_in):
    where = reverse("desk:assistant")
    assert signed_in(omar).get(where).status_code in {403, 404}
    assert "Off until you switch it on" in text_of(signed_in(root).get(where))
    assert "needs an address" in text_of(signed_in(root).post(where, {"active": "on", "version": "0"}), 422)


def test_without_an_assistant_its_corner_is_empty(shop, mei, signed_in):
    ticket = a_ticket(shop)
    assert not text_of(signed_in(mei).get(reverse("desk:assist", args=[ticket.number]))).strip()
    said = signed_in(mei).post(reverse("desk:draft_by_assistant", args=[ticket.number]), {"grounds": "x"})
    assert "No assistant is set up." in text_of(said)


def test_a_rule_is_tried_before_it_is_saved(shop, omar, signed_in):
    for number in range(1, 5):
        a_ticket(shop, number, subject="an invoice please" if number > 1 else "late")
    told = {"name": "VAT", "words": "invoice", "tier": "2", "version": "0"}
    where = reverse("desk:new_routing_rule")
    page = text_of(signed_in(omar).post(where, told | {"try": "1"}, **HTMX))
    assert "of the last 4 messages" in page
    assert "<b>3</b>" in page
    assert RoutingRule.objects.count() == 6
    assert signed_in(omar).post(where, told).status_code == 302
    assert RoutingRule.objects.count() == 7
    assert "A rule needs a condition." in text_of(signed_in(omar).post(where, {"name": "x", "tier": "2"}), 422)


def test_the_sections_of_routing(shop, omar, signed_in):
    services.set_skill(omar, by=omar, languages=["de"])
    services.route([a_ticket(shop, subject="there is smoke").pk])
    for section, words in (("rules", "smoke"), ("team", "omar"), ("history", "T-1")):
        assert words in text_of(signed_in(omar).get(reverse("desk:routing") + f"?section={section}"))
    rule = RoutingRule.objects.first()
    assert "It has not fired yet." not in text_of(signed_in(omar).get(reverse("desk:routing_rule", args=[rule.pk])))
    signed_in(omar).post(reverse("desk:change_routing_rule", args=[rule.pk]), {"do": "off"})
    rule.refresh_from_db()
    assert not rule.active


def test_a_colleague_is_put_on_duty(mei, omar, signed_in):
    where = reverse("desk:skill", args=[mei.pk])
    told = {"on_duty": "on", "languages": ["de"], "issues": ["late"], "most_open": "5", "silent_hours": "4"}
    assert signed_in(omar).post(where, told | {"version": "0"}).status_code == 302
    mei.refresh_from_db()
    assert (mei.languages, mei.skill.most_open) == (["de"], 5)
    assert "Somebody changed this" in text_of(signed_in(omar).post(where, told | {"version": "0"}), 422)


def test_the_table_of_authority_is_saved(omar, signed_in):
    browser, where = signed_in(omar), reverse("desk:authority")
    page = text_of(browser.get(where))
    stamp = page.split('name="stamp" value="')[1].split('"')[0]
    assert browser.post(where, {"stamp": stamp, "most-1-refund": "250"}).status_code == 302
    assert [(row.tier, row.most) for row in Authority.objects.all()] == [(1, 250)]
    assert browser.post(where, {"stamp": "old", "most-1-refund": "1"}).status_code == 409
    assert browser.post(where, {"stamp": "", "most-1-refund": "lots"}).status_code == 409


def test_an_exception_for_one_colleague(mei, omar, signed_in):
    told = {"who": f"member-{mei.pk}", "resolution": "refund", "issue": "", "most": "999"}
    signed_in(omar).post(reverse("desk:add_limit"), told)
    row = Authority.objects.get(member=mei)
    assert "mei" in text_of(signed_in(omar).get(reverse("desk:authority")))
    signed_in(omar).post(reverse("desk:drop_limit", args=[row.pk]))
    assert not Authority.objects.filter(member=mei).exists()
    assert "mei" in text_of(signed_in(omar).post(reverse("desk:add_limit"), {"who": "nobody", "most": "x"}), 422)


def test_steps_of_the_path(omar, signed_in):
    browser = signed_in(omar)
    told = {"from_amount": "9000", "role": "manager", "hours": "2", "default": "decline", "version": "0"}
    assert browser.post(reverse("desk:add_step"), told).status_code == 302
    step = EscalationPath.objects.get(from_amount=9000)
    where = reverse("desk:edit_step", args=[step.pk])
    assert "Somebody changed this" in text_of(browser.post(where, told | {"version": "9"}), 422)
    assert browser.post(where, {"do": "drop"}).status_code == 302
    assert "9000" not in text_of(browser.get(reverse("desk:escalation_path")))


def test_a_ticket_is_handed_up_and_decided(shop, mei, omar, signed_in):
    ticket = a_ticket(shop)
    where = reverse("desk:escalate", args=[ticket.number])
    page = text_of(signed_in(mei).get(where + "?resolution=refund&amount=500"))
    assert 'value="500"' in page
    told = {"reason": "amount", "tried": "Offered a new one.", "resolution": "refund", "amount": "500"}
    assert signed_in(mei).post(where, told).status_code == 302
    made = Escalation.objects.get()
    assert "Approve</button>" not in text_of(signed_in(mei).get(reverse("desk:escalations")))
    assert "Offered a new one." in text_of(signed_in(omar).get(reverse("desk:escalations"), **HTMX))
    signed_in(omar).post(reverse("desk:decide_escalation", args=[made.pk]), {"verdict": "approve"})
    made.refresh_from_db()
    assert made.state == "approved"
    assert "omar" in text_of(signed_in(mei).get(reverse("desk:escalations")))


def test_who_may_not_decide_is_told_so(shop, mei, signed_in):
    made = services.escalate(a_ticket(shop).pk, HandOver("amount", "x", "", "refund", money(9000)), by=mei)
    answer = signed_in(mei).post(reverse("desk:decide_escalation", args=[made.pk]), {"verdict": "approve"})
    assert answer.status_code == 409


def test_strangers_find_nothing(shop, mei, stranger, signed_in):
    made = services.escalate(a_ticket(shop).pk, HandOver("hard", "x"), by=mei)
    browser = signed_in(stranger)
    assert browser.get(reverse("desk:template", args=[late().number])).status_code == 404
    assert browser.post(reverse("desk:decide_escalation", args=[made.pk]), {"verdict": "approve"}).status_code == 404
    assert browser.get(reverse("desk:routing_rule", args=[RoutingRule.objects.first().pk])).status_code == 404
    assert browser.get(reverse("desk:skill", args=[mei.pk])).status_code == 404
    assert "Late" not in text_of(browser.get(reverse("desk:templates")))
