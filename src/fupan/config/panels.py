"""Which parts of a page other stages draw: URL names, at most four a page (design, section 3)."""

PANELS: dict[str, tuple[str, ...]] = {
    "ticket": (),  # reversed with a ticket's number
    "signal": (),  # with a signal's key
    "problem": (),  # with a problem's number
    "meeting": (),  # with a meeting's key
    "action_form": (),  # asked with the fields of the form
}
