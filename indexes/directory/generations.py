"""Generations: each is a folder with a whole index; a small file names the one that is served.

index/
  CURRENT                      one line: the name of the served generation, replaced atomically
  20261124T030000-000001/      a Whoosh index, its positions, and WORDS: the fingerprint of the words it was made with
  20261124T090000-000002/
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

from search.errors import IndexUnavailable

NAME = re.compile(r"\d{8}T\d{6}-\d{6}")
WORDS = "WORDS"


class Generations:
    """The generations under one folder, which is made when the first one is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "CURRENT"
        self._words: dict[str, str] = {}  # generation → the fingerprint of its words, which never changes

    def current(self) -> str:
        """The name of the served generation. Raise IndexUnavailable when there is none."""
        try:
            name = self._pointer.read_text(encoding="ascii").strip()
        except FileNotFoundError as error:
            raise IndexUnavailable("nothing has been indexed yet: run `busca crawl` and `busca sync`") from error
        except (OSError, UnicodeDecodeError) as error:
            raise IndexUnavailable(f"{self._pointer} cannot be read ({error}): run `busca rebuild`") from error
        if not NAME.fullmatch(name):
            raise IndexUnavailable(f"{self._pointer} names no generation ({name[:40]!r}): run `busca rebuild`")
        return name

    def modified(self, name: str) -> tuple[int, int]:
        """When the pointer was last written, and when files last came to a generation: nanoseconds. Raise OSError."""
        return os.stat(self._pointer).st_mtime_ns, os.stat(self.path(name)).st_mtime_ns  # noqa: PTH116  in each search

    def exists(self) -> bool:
        """Whether a generation is served."""
        return self._pointer.exists()

    def path(self, name: str) -> Path:
        return self.folder / name

    def create(self, words: str) -> str:
        """Make the folder of a new generation, made with those words; its name's number is one above all others'."""
        last = max(map(order, self.names()), default=0)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{last + 1:06d}"
        self.path(name).mkdir(parents=True)
        (self.path(name) / WORDS).write_text(words, encoding="ascii")
        return name

    def words(self, name: str) -> str:
        """The fingerprint of the words that a generation was made with; "" where it does not say."""
        if name not in self._words:
            try:
                self._words[name] = (self.path(name) / WORDS).read_text(encoding="ascii")
            except (OSError, UnicodeDecodeError):
                self._words[name] = ""
        return self._words[name]

    def publish(self, name: str) -> None:
        """Serve a generation from now on. The pointer is replaced as a whole: a reader sees the old or the new one."""
        replace_file(self._pointer, name + "\n")

    def drop(self, name: str) -> None:
        shutil.rmtree(self.path(name), ignore_errors=True)

    def sweep(self) -> None:
        """Drop what is newer than the served generation: a killed rebuild left it, or it was rolled back."""
        try:
            served = order(self.current())
        except IndexUnavailable:  # no telling which are whole: nothing goes until one is served again
            return
        for name in self.names():
            if order(name) > served:
                self.drop(name)

    def prune(self, keep: int) -> None:
        """Drop the oldest generations, down to `keep` with the served one."""
        older = self.older()
        for name in older[: max(0, len(older) - (keep - 1))]:
            self.drop(name)

    def older(self) -> list[str]:
        """The generations before the served one, oldest first."""
        served = order(self.current())
        return [name for name in self.names() if order(name) < served]

    def names(self) -> list[str]:
        """All generations, oldest first."""
        if not self.folder.is_dir():
            return []
        names = [path.name for path in self.folder.iterdir() if path.is_dir() and NAME.fullmatch(path.name)]
        return sorted(names, key=order)


def order(name: str) -> int:
    """The number in a generation's name: its date may come from a clock that was wrong."""
    return int(name.rsplit("-", 1)[1])


def replace_file(path: Path, text: str) -> None:
    """Write a small file so that a reader, or a crash, finds either the old content or the new."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
