from allauth.account.adapter import DefaultAccountAdapter


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: members come by invitation, the first one by `fupan init`."""

    def is_open_for_signup(self, request: object) -> bool:
        return False
