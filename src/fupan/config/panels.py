"""Which parts of a page other stages draw: URL names, at most four a page (design, section 3)."""

PANELS: dict[str, tuple[str, ...]] = {
    "ticket": ("library:beside", "review:behind"),  # reversed with a ticket's number
    "wall": ("insight:rising",),
    "signal": ("review:of_signal",),  # with a signal's key
    "issue": ("review:of_issue",),  # of a pack, with the code of an issue type; asked with the period
    "selection": ("review:selection",),  # buttons of the ticket list for the ticked ones; asked with its filters
    "problem": ("action:of_problem", "verification:of_problem"),  # with a problem's number
    "meeting": ("action:of_meeting", "verification:due"),  # with a meeting's key
    "action": ("verification:of_action",),  # with an action's number
    "action_form": ("verification:foresee",),  # asked with the fields of the form
}
