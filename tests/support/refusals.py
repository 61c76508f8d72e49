"""What a verb says when it does not do what it was asked."""

import pytest


def refusal(verb, *args, **told):
    """The `Refused` that the call ends with; it fails the test when the verb goes through."""
    from fupan.core.errors import Refused

    with pytest.raises(Refused) as said:
        verb(*args, **told)
    return said.value


def refused(verb, *args, **told):
    """The code of that refusal."""
    return refusal(verb, *args, **told).code
