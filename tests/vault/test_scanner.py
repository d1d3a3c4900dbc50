"""The scanner asked over its own protocol: what it finds, and that no answer is none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.clamd import SIGNATURE, eicar
from vault import scanner
from vault.scanner import Unreachable


@contextmanager
def answering(path: Path, answer: bytes | None) -> Iterator[None]:
    """Somebody at that socket who reads what is sent and gives this answer, or hangs up without any."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen(1)

        def serve() -> None:
            caller, _ = door.accept()
            with caller:
                caller.settimeout(0.2)
                try:
                    while caller.recv(65536):
                        pass
                except OSError:
                    pass
                if answer is not None:
                    caller.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield
        thread.join()


def test_clean_and_infected_are_told_apart_in_any_pieces(clamd):
    whole = b"words " * 50_000
    assert scanner.finding([whole]) == ""
    assert scanner.finding(whole[i : i + 7000] for i in range(0, len(whole), 7000)) == ""
    assert scanner.finding([]) == ""
    found = eicar()
    assert scanner.finding(bytes([byte]) for byte in found) == f"{SIGNATURE}.UNOFFICIAL"


def test_the_scanner_says_that_it_is_there(clamd, settings, tmp_path):
    assert scanner.answers()
    settings.CLAMD = str(tmp_path / "nobody.sock")
    assert not scanner.answers()
    settings.CLAMD = ""
    assert not scanner.answers()
    assert not scanner.is_set_up()


ANSWERS: dict[str, bytes | None] = {
    "hung up": None,
    "an error": b"stream: INSTREAM size limit exceeded. ERROR\0",
    "rubbish": b"what do you want?\0",
    "nothing": b"\0",
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_whatever_is_no_answer_counts_as_none(settings, tmp_path, answer):
    """Fail closed: nothing is called clean that nobody called clean."""
    settings.CLAMD = str(tmp_path / "s")
    with answering(tmp_path / "s", answer), pytest.raises(Unreachable):
        scanner.finding([b"words"])


NOBODY: dict[str, Callable[[Path], str]] = {
    "no socket": lambda folder: str(folder / "none.sock"),
    "no port": lambda folder: "127.0.0.1:9",
    "no setting": lambda folder: "",
}


@pytest.mark.parametrize("where", NOBODY.values(), ids=NOBODY)
def test_nobody_there_is_unreachable(settings, tmp_path, where):
    settings.CLAMD = where(tmp_path)
    with pytest.raises(Unreachable):
        scanner.finding([b"words"])
