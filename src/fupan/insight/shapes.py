"""The shape of the three facts tables: column names and types, the same in every file and on every backend."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

VERSION = 1  # part of every file's name; a file of another version is stale

TABLES = ("orders", "tickets", "messages")

_INSTANT = pa.timestamp("us")  # UTC, without a zone, so that every backend reads the same
_TEXT = pa.string()

_WHERE = [
    ("workspace", pa.int64()),
    ("shop_id", pa.int64()),
    ("shop", _TEXT),
    ("platform", _TEXT),
    ("product", _TEXT),
    ("line", _TEXT),
    ("supplier", _TEXT),
    ("batch", _TEXT),
    ("listing", _TEXT),
    ("country", _TEXT),
    ("fulfilment", _TEXT),
    ("carrier", _TEXT),
]
_WHEN = [("day", pa.date32()), ("week", pa.int32()), ("month", pa.int32())]
_ABOUT = [
    ("ticket", pa.int64()),
    ("number", pa.int64()),
    ("kind", _TEXT),
    ("issue_type", _TEXT),
    ("cause", _TEXT),
    ("agent", _TEXT),
    ("language", _TEXT),
    ("channel", _TEXT),
]

ORDERS = pa.schema(
    [
        *_WHERE,
        *_WHEN,  # of the day the order was placed
        ("order_id", pa.int64()),
        ("order_first", pa.bool_()),  # one line per order, to count orders by
        ("status", _TEXT),
        ("counted", pa.bool_()),  # not pending, cancelled or a replacement
        ("buyer", _TEXT),
        ("placed", _INSTANT),
        ("shipped", _INSTANT),
        ("promised", _INSTANT),
        ("delivered", _INSTANT),
        ("units", pa.int32()),
        ("amount", pa.float64()),  # in the workspace's currency; null when no rate is known
        ("unconverted", pa.bool_()),
    ]
)

TICKETS = pa.schema(
    [
        *_WHERE,
        *_WHEN,  # of the day it was opened
        *_ABOUT,
        ("incident", pa.int64()),
        ("first", pa.bool_()),  # first ticket of its incident
        ("merged", pa.bool_()),
        ("simple", pa.bool_()),
        ("cause_guess", _TEXT),
        ("cause_confirmed", _TEXT),
        ("liable", _TEXT),
        ("order_id", pa.int64()),
        ("order_day", pa.date32()),
        ("lag_weeks", pa.int16()),  # weeks from the order's week to this one; null without an order
        ("lag_months", pa.int16()),
        ("opened", _INSTANT),
        ("first_response", _INSTANT),
        ("resolved", _INSTANT),
        ("response_hours", pa.float64()),  # on all days
        ("response_bin", pa.int16()),
        ("office_response_hours", pa.float64()),  # on the office clock
        ("resolution_hours", pa.float64()),
        ("resolution_bin", pa.int16()),
        ("resolved_week", pa.int32()),
        ("resolved_month", pa.int32()),
        ("tier", pa.int16()),
        ("state", _TEXT),
        ("resolution", _TEXT),
        ("cost", pa.float64()),
        ("unconverted", pa.bool_()),
        ("units", pa.int32()),
        ("refund_units", pa.int32()),  # refunded units, once per incident
        ("exchange_units", pa.int32()),
        ("defect", pa.bool_()),  # first bad feedback or claim of its incident
        ("reopened", pa.int16()),
        ("stars", pa.int16()),
        ("csat", pa.int16()),
        ("label_source", _TEXT),
        ("replies", pa.int16()),  # human replies
        ("turns", pa.int16()),  # turns of both sides
        ("text_length", pa.int32()),  # of the buyer's first words
        ("came_back", pa.bool_()),  # another contact on the incident within 7 days of the first reply
        ("recontact", pa.bool_()),  # that, or more words on the same ticket
        ("settled_week", pa.int32()),  # when those 7 days ended
        ("settled_month", pa.int32()),
    ]
)

MESSAGES = pa.schema(
    [
        *_WHERE,
        *_WHEN,  # of the day the buyer wrote
        *_ABOUT,
        ("message", pa.int64()),
        ("at", _INSTANT),
        ("replied", _INSTANT),  # first human reply after it
        ("due", _INSTANT),  # platform clock; null where the platform sets none
        ("office_due", _INSTANT),
        ("reply_hours", pa.float64()),
        ("limit_hours", pa.float64()),
        ("template", _TEXT),
    ]
)

SCHEMAS: dict[str, pa.Schema] = {"orders": ORDERS, "tickets": TICKETS, "messages": MESSAGES}

ORDER_DIMENSIONS = (
    "shop", "platform", "product", "line", "supplier", "batch", "listing", "country", "fulfilment", "carrier",
)  # fmt: skip
TICKET_DIMENSIONS = (
    *ORDER_DIMENSIONS, "kind", "issue_type", "cause", "liable", "resolution", "agent", "language", "channel",
    "label_source",
)  # fmt: skip
MESSAGE_DIMENSIONS = (*ORDER_DIMENSIONS, "kind", "issue_type", "cause", "agent", "language", "channel")
DIMENSIONS = {"orders": ORDER_DIMENSIONS, "tickets": TICKET_DIMENSIONS, "messages": MESSAGE_DIMENSIONS}

# Durations are kept as log-spaced bins, 5 % wide: one minute is bin 1, 90 days the last one. Bin 0 is "under a minute".
_BIN = np.log(1.05)
BINS = 241
BIN_EDGES: NDArray[np.float64] = np.concatenate([[0.0], np.exp(_BIN * np.arange(BINS - 1)) / 60, [np.inf]])


def bins_of(hours: NDArray[np.float64]) -> NDArray[np.int16]:
    """The bin of every duration in hours (NaN gives 0; mask it)."""
    minutes = np.maximum(np.nan_to_num(hours) * 60, 1e-9)
    place = np.floor(np.log(minutes) / _BIN + 1e-9).astype(np.int64) + 1
    return np.asarray(np.clip(place, 0, BINS - 1), dtype=np.int16)
