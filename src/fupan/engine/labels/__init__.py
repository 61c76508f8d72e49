"""Labels that learn: which type a ticket is, from its text in any language and what its order says.

>>> from fupan.engine import encoders
>>> classes = {"late": Description({"en": "Late delivery", "zh-hans": "物流延误"}, {"en": ["where is my parcel"]}),
...            "damaged": Description({"en": "Arrived broken", "zh-hans": "破损"}, {"zh-hans": ["摔坏了"]})}
>>> fitted = Labeler(classes, encoders.load("use")).fit([], [])
>>> fitted.predict(["Still no parcel after two weeks", "杯子碎了"]).best
['late', 'damaged']

===================================  ===============================================================================
what                                 ask
===================================  ===============================================================================
learn, from nothing or from labels   ``Labeler(classes, encoder).fit(texts, y, unlabelled=, context=)`` -> ``Fitted``
label                                ``Fitted.predict(texts, context=, quick=)`` -> ``Labels``
can it be trusted                    ``Fitted.held_out``, ``.threshold``, ``.declines``, ``.explain(lang)``
which tickets to ask a person        ``most_useful(probabilities, vectors, count)``
keep it, take it back                ``to_bytes(fitted)``, ``from_bytes(data, encoder)``
the same trouble told twice          ``same_order_duplicates(texts, orders)``
===================================  ===============================================================================

With few labels, names, keywords, corrections and unlabelled tickets are learnt together (``few``); with many, several
models are blended (``many``). Labels are given from the confidence where tickets kept apart are 95 % right.
"""

from __future__ import annotations

from fupan.engine.labels.answers import Labels
from fupan.engine.labels.asking import most_useful
from fupan.engine.labels.descriptions import Description
from fupan.engine.labels.duplicates import same_order_duplicates
from fupan.engine.labels.heldout import HeldOut
from fupan.engine.labels.labeler import NONE_OF_THESE, Fitted, Labeler
from fupan.engine.labels.state import BadState, from_bytes, to_bytes

__all__ = [
    "NONE_OF_THESE",
    "BadState",
    "Description",
    "Fitted",
    "HeldOut",
    "Labeler",
    "Labels",
    "from_bytes",
    "most_useful",
    "same_order_duplicates",
    "to_bytes",
]
