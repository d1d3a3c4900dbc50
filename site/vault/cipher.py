"""Files encrypted in chunks, streaming both ways: AES-256-GCM over 64 KiB at a time.

Layout: 4 bytes of magic, then chunks of ciphertext, each 16 bytes (the tag) longer than its plain text.
Every chunk but the last holds exactly CHUNK bytes; the last may be shorter or empty. The nonce is the
chunk's index, safe because a data key encrypts one file once. The associated data of a chunk are the
file's name in the vault, the chunk's index and whether it is the last: so a flipped bit, a chunk left
out, moved or added, a file cut short at any byte, and two files exchanged are all detected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"FPV1"
CHUNK = 64 * 1024
TAG = 16


class Tampered(Exception):
    """These bytes are not the ones that were kept: changed, cut short, or another file's."""


def _nonce(index: int) -> bytes:
    return index.to_bytes(12, "big")


def _bound_to(name: str, index: int, *, last: bool) -> bytes:
    return MAGIC + index.to_bytes(8, "big") + (b"\x01" if last else b"\x00") + name.encode()


def rechunked(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of exactly `size`; the last is shorter, and empty when nothing is left.

    There is always a last piece, so an empty input and one that ends on a border have one too.
    """
    # One whole chunk is held back: only the end of the input shows which chunk is the last.
    whole, rest = b"", bytearray()
    for piece in pieces:
        if len(piece) == size and not rest:  # as they usually come: nothing to cut, nothing to copy
            if whole:
                yield whole
            whole = bytes(piece)
            continue
        rest += piece
        while len(rest) >= size:
            if whole:
                yield whole
            whole = bytes(rest[:size])
            del rest[:size]
    if whole:
        yield whole
    if rest or not whole:
        yield bytes(rest)


def encrypt(pieces: Iterable[bytes], *, key: bytes, name: str) -> Iterator[bytes]:
    box = AESGCM(key)
    yield MAGIC
    chunks = rechunked(pieces, CHUNK)
    current = next(chunks)
    index = 0
    for following in chunks:
        yield box.encrypt(_nonce(index), current, _bound_to(name, index, last=False))
        current, index = following, index + 1
    yield box.encrypt(_nonce(index), current, _bound_to(name, index, last=True))


def decrypt(source: BinaryIO, *, key: bytes, name: str) -> Iterator[bytes]:
    """Plain text, chunk by chunk, each released only once it is proved. Raises Tampered."""
    box = AESGCM(key)
    if source.read(len(MAGIC)) != MAGIC:
        raise Tampered(f"{name} does not begin as a file of the vault.")
    index = 0
    current = _read(source)
    while True:
        following = _read(source)
        last = not following
        try:
            plain = box.decrypt(_nonce(index), current, _bound_to(name, index, last=last))
        except (InvalidTag, ValueError) as error:
            raise Tampered(f"{name} is damaged in chunk {index}.") from error
        if plain:
            yield plain
        if last:
            return
        current, index = following, index + 1


def _read(source: BinaryIO) -> bytes:
    """One whole chunk, however little a read gives at a time (network storage does that)."""
    wanted = CHUNK + TAG
    got = bytearray()
    while len(got) < wanted and (piece := source.read(wanted - len(got))):
        got += piece
    return bytes(got)
