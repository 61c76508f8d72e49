"""Every built-in report has samples: a small file of our own, and the records it must become."""

import json
from pathlib import Path

import pytest

from fupan.commerce.models import Shop
from fupan.intake.normalise.plan import Normaliser
from fupan.intake.profiles.registry import built_in, recognise
from fupan.intake.readers import survey, tables_in
from fupan.intake.services.source import style_of

SAMPLES = Path(__file__).parent / "samples"
CASES = sorted(path for path in SAMPLES.glob("*/*") if not path.name.endswith(".expected.json"))


def normalised(path, country=""):
    shop = Shop(platform=path.parent.name.split("-")[0], country=country, currency="EUR", timezone="UTC")
    (table, *_more) = tables_in(path, path.name, survey(path), country=country)
    detected = recognise(table.preview(), built_in().values())
    assert detected is not None, f"{path} is not recognised"
    profile = detected.profile
    style = style_of(table, detected, shop if country else None, {})
    normaliser = Normaliser(detected.spec, detected.heading, style)
    joint = detected.heading.at(profile.overflow) if profile.overflow else None
    found = table.chunks(detected.row, len(detected.heading), raw=profile.raw, joint=-1 if joint is None else joint)
    parts = [normaliser.chunk(chunk) for chunk in found]
    records = [record for part in parts for record in part.records]
    return {
        "profile": profile.name,
        "encoding": table.encoding,
        "records": [
            {"is": type(record).__name__}
            | {name: one for name, one in record._asdict().items() if one not in ("", None, ())}
            for record in records
        ],
        "faults": [fault._asdict() for part in parts for fault in part.faults],
        "ignored": sum(part.ignored for part in parts),
    }


def case_country(path):
    """`feedback.DE.tsv` is a file of the German site."""
    parts = path.name.split(".")
    return parts[1] if len(parts) == 3 and len(parts[1]) == 2 and parts[1].isupper() else ""


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_becomes_its_records(path):
    found = json.loads(json.dumps(normalised(path, case_country(path)), default=str))
    expected = path.with_name(path.name + ".expected.json")
    assert found == json.loads(expected.read_text("utf-8"))
    assert found["profile"] == path.parent.name


def test_every_report_has_a_sample():
    assert {path.parent.name for path in CASES} == set(built_in())


def test_titles_come_in_both_languages():
    assert all(set(profile.title) == {"en", "zh-hans"} for profile in built_in().values())
