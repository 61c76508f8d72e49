"""What buyers write about now that they did not before: rising topics in texts of any language.

================================================  ===========================================
ask                                               answer
================================================  ===========================================
``rising(documents_now, documents_before)``       ``list[Topic]``, strongest first
``containing(terms, documents)``                  which documents hold a known term
================================================  ===========================================

N-grams (``tokens``, ``grams``) are scored by weighted log-odds and tested exactly (``significance``), those that rise
in the same texts are merged (``merging``) and named (``labels``). A topic is a candidate: its weekly counts go through
the outbreak test, and it is promoted when it comes back or when a person says so.
"""

from __future__ import annotations

from fupan.engine.topics.answers import Topic
from fupan.engine.topics.detection import containing, rising

__all__ = ["Topic", "containing", "rising"]
