"""Likeness: the past case like this one, whatever language it was written in, and whether there is one at all.

>>> from fupan.engine import encoders
>>> index = Index([encoders.load("use")]).add(
...     ["C-1", "C-2"],
...     ["快递显示签收，但买家没有收到包裹", "表带用了两天就断了"],
...     facts=[{"cause": "carrier"}, {"cause": "supplier"}])
>>> hits = index.search("My parcel never arrived", k=1, evidence={"cause": "carrier"})
>>> hits[0].id, hits[0].why.same
('C-1', ('cause',))

=====================================  =============================================================================
what                                   ask
=====================================  =============================================================================
fill it                                ``Index(encoders).add(ids, texts, resolutions=, facts=, languages=, later=)``
vectors that come later                ``waiting(encoder)``, ``encode(encoder, ids, texts)``, ``join(...)``
find                                   ``search(text, k, where, evidence=, fields=, vectors=, quick=)`` -> ``Hits``
why                                    ``hit.why``, ``hit.explain(lang)``
"nothing like this"                    ``calibrate(queries, answers)``; then ``hits.nothing_like_this``, ``hit.sure``
change it                              ``add`` again with the same id, ``remove(ids)``, ``compact()``
keep it                                ``save(path)``, ``Index.load(path, encoders)``
=====================================  =============================================================================

Words (``lexical``), a quick and a deep encoder (``dense``) are added with fixed weights that depend on the pair of
languages and on the kind of text (``fusion``); what people know of the case (``facts``) filters, and raises a score.
"""

from __future__ import annotations

from fupan.engine.likeness.answers import Hit, Hits, Id, Why
from fupan.engine.likeness.facts import Facts, Where
from fupan.engine.likeness.gate import Calibration
from fupan.engine.likeness.index import FIELDS, Index
from fupan.engine.likeness.state import BadState
from fupan.engine.likeness.texts import language

__all__ = ["FIELDS", "BadState", "Calibration", "Facts", "Hit", "Hits", "Id", "Index", "Where", "Why", "language"]
