"""What people do in a review, step by step, on whichever window."""

from tests.support.browser import pictures


def keep(page, name):
    if pictures():
        page.screenshot(path=pictures() / f"{name}.png", full_page=True)


def write(page, key, text):
    """A line of the minutes, by the key of its kind."""
    page.keyboard.press("Escape")
    page.locator("body").press(key)
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def first_why(page, text):
    page.fill("#first-why", text)
    page.keyboard.press("Enter")
    node(page, text).wait_for()


def node(page, text):
    return page.locator("[data-why]", has_text=text)


def dialog(page):
    page.locator("dialog#why-form[open]").wait_for()
    return page.locator("dialog#why-form[open]")


def _said(page):
    page.keyboard.press("Control+Enter")
    page.locator("dialog#why-form[open]").wait_for(state="detached")


def ask_why(page, parent, text):
    node(page, parent).click()
    page.keyboard.press("w")
    dialog(page).locator("#id_text").fill(text)
    _said(page)
    node(page, text).wait_for()


def give_evidence(page, why, label):
    node(page, why).click()
    page.keyboard.press("e")
    dialog(page).locator("[name=kind][value=note]").check(force=True)
    dialog(page).locator("[name=label]").fill(label)
    _said(page)


def confirm(page, why, cause):
    node(page, why).click()
    page.keyboard.press("c")
    dialog(page).locator("[name=cause]").select_option(cause)
    _said(page)


def new_action(page, why, *, title, detail, kind, owner, deadline):
    """Fill in the form of an action for a confirmed cause and save it."""
    page.goto(f"/actions/new/?why={why.pk}")
    page.fill("[name=title]", title)
    page.fill("[name=detail]", detail)
    page.select_option("[name=type]", kind)
    page.select_option("[name=owner]", str(owner.pk))
    page.fill("[name=deadline]", deadline.isoformat())
    page.click("main form button.btn-primary")
    page.wait_for_url(lambda url: "/actions/new/" not in url)


def carry_out(page, day, proof):
    """Say on the page of an action that it was done, with what shows it."""
    page.click("main button.btn-primary, main a.btn-primary")
    carried = page.locator("dialog[open]")
    carried.locator("[name=day]").fill(day.isoformat())
    carried.locator("[name=text]").fill(proof)
    carried.locator("button.btn-primary").click()
    page.locator("text=Carried out").first.wait_for()
