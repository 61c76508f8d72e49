"""Which parts of a page other stages draw: URL names, at most four a page (design, section 3)."""

TICKET: tuple[str, ...] = ()
