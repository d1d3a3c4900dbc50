"""The cipher: what comes out is what went in, or nothing does."""

from __future__ import annotations

import io
import tracemalloc
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vault import cipher, keys

KEY = bytes(range(32))
OTHER = bytes(32)
FULL = cipher.CHUNK + cipher.TAG


def sealed(plain: bytes, *, key: bytes = KEY, name: str = "aa/one") -> bytes:
    return b"".join(cipher.encrypt([plain], key=key, name=name))


def opened(data: bytes, *, key: bytes = KEY, name: str = "aa/one") -> bytes:
    return b"".join(cipher.decrypt(io.BytesIO(data), key=key, name=name))


BORDERS = [
    size + more for size in (0, cipher.CHUNK, 2 * cipher.CHUNK) for more in (-1, 0, 1) if size + more >= 0
]


@pytest.mark.parametrize("size", BORDERS)
def test_every_border_of_a_chunk_comes_back(size):
    plain = bytes(i * 7 % 251 for i in range(size))
    assert opened(sealed(plain)) == plain


@given(st.lists(st.binary(max_size=40_000), max_size=8))
@example([])
@example([b""])
def test_any_bytes_in_any_pieces_come_back(pieces):
    data = b"".join(cipher.encrypt(pieces, key=KEY, name="n"))
    assert opened(data, name="n") == b"".join(pieces)


@given(st.integers(0, 3 * cipher.CHUNK), st.data())
def test_any_flipped_bit_is_detected(size, data):
    good = bytearray(sealed(b"x" * size))
    at = data.draw(st.integers(0, len(good) - 1))
    good[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(cipher.Tampered):
        opened(bytes(good))


@given(st.integers(0, 3 * cipher.CHUNK), st.data())
def test_a_file_cut_short_anywhere_is_detected(size, data):
    good = sealed(b"x" * size)
    with pytest.raises(cipher.Tampered):
        opened(good[: data.draw(st.integers(0, len(good) - 1))])


@pytest.mark.parametrize("kept", [1, 2])
def test_a_file_cut_between_chunks_is_detected(kept):
    good = sealed(b"x" * (3 * cipher.CHUNK))
    with pytest.raises(cipher.Tampered):
        opened(good[: len(cipher.MAGIC) + kept * FULL])


@given(st.binary(min_size=1, max_size=2 * FULL))
def test_anything_added_is_detected(more):
    with pytest.raises(cipher.Tampered):
        opened(sealed(b"x" * cipher.CHUNK) + more)


def test_chunks_exchanged_within_a_file_are_detected():
    good = sealed(b"a" * cipher.CHUNK + b"b" * cipher.CHUNK + b"c")
    start = len(cipher.MAGIC)
    first, second = good[start : start + FULL], good[start + FULL : start + 2 * FULL]
    with pytest.raises(cipher.Tampered):
        opened(good[:start] + second + first + good[start + 2 * FULL :])


def test_files_exchanged_are_detected_even_under_one_key():
    with pytest.raises(cipher.Tampered):
        opened(sealed(b"theirs", name="bb/two"), name="aa/one")


def test_a_wrong_key_raises():
    with pytest.raises(cipher.Tampered):
        opened(sealed(b"secret"), key=OTHER)


def test_25_megabytes_pass_in_flat_memory():
    piece = b"z" * 65_536

    class Sink(io.RawIOBase):
        """Reads ciphertext as it is made, so neither side ever holds the file."""

        def __init__(self) -> None:
            self.chunks = cipher.encrypt((piece for _ in range(400)), key=KEY, name="n")
            self.rest = b""

        def read(self, size: int = -1) -> bytes:
            while len(self.rest) < size and (more := next(self.chunks, None)):
                self.rest += more
            out, self.rest = self.rest[:size], self.rest[size:]
            return out

    tracemalloc.start()
    sink: Any = Sink()
    total = sum(map(len, cipher.decrypt(sink, key=KEY, name="n")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 400 * len(piece)
    assert peak < 2 * 1024 * 1024


def test_a_wrapped_key_comes_back_for_its_own_file_only():
    wrapped = keys.wrap(KEY, name="aa/one")
    assert keys.unwrap(wrapped, name="aa/one") == KEY
    with pytest.raises(keys.WrongKey):
        keys.unwrap(wrapped, name="bb/two")


@pytest.mark.parametrize("junk", ["", "x", "1:2:3", "1:2", "2:" + "0" * 16 + ":AAAA"])
def test_what_is_not_a_wrapped_key_is_refused(junk):
    with pytest.raises(keys.WrongKey):
        keys.unwrap(junk, name="aa/one")


def test_a_new_first_key_wraps_and_the_old_ones_still_unwrap(settings):
    from cryptography.fernet import Fernet

    old = keys.wrap(KEY, name="aa/one")
    settings.VAULT_KEYS = [Fernet.generate_key().decode(), *settings.VAULT_KEYS]
    assert keys.unwrap(old, name="aa/one") == KEY
    assert not keys.is_current(old)
    new = keys.wrap(KEY, name="aa/one")
    assert keys.is_current(new)
    settings.VAULT_KEYS = settings.VAULT_KEYS[1:]
    with pytest.raises(keys.WrongKey):
        keys.unwrap(new, name="aa/one")
