"""Reading one mapping of a content file: typed values out, every mistake noted with its place."""

from __future__ import annotations

from datetime import UTC, date, datetime

from simulator.catalog.values import LOCALES
from simulator.messages import moment


class Record:
    """A mapping whose keys are asked for one by one; `close` reports the keys that nobody asked for."""

    def __init__(self, where: str, data: object, problems: list[str]) -> None:
        self.where = where
        self._problems = problems
        self._asked: set[str] = set()
        self._data: dict[object, object] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            self.problem(f"must be a mapping, not {type(data).__name__}")

    def problem(self, text: str) -> None:
        self._problems.append(f"{self.where}: {text}")

    def _take(self, key: str, default: object | None) -> object:
        self._asked.add(key)
        value = self._data.get(key)
        if value is not None:
            return value
        if default is None:
            self.problem(f"{key} is missing")
        return default

    def text(self, key: str, default: str | None = None) -> str:
        """A string; whole numbers are taken as they are written. Required when there is no default."""
        value = self._take(key, default)
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is not None:
            self.problem(f"{key} must be a string: put {value!r} in quotes")
        return default or ""

    def markup(self, key: str) -> str:
        return self.text(key) + "\n"

    def number(self, key: str, default: int | None = None) -> int:
        value = self._take(key, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is not None:
            self.problem(f"{key} must be a whole number, not {value!r}")
        return default or 0

    def flag(self, key: str) -> bool:
        value = self._take(key, False)
        if not isinstance(value, bool):
            self.problem(f"{key} must be true or false, not {value!r}")
        return value is True

    def moment(self, key: str, default: datetime | None = None) -> datetime:
        value = self._take(key, default)
        fallback = default or datetime(2024, 1, 1, tzinfo=UTC)
        if value is None:
            return fallback
        try:
            return moment(value.isoformat() if isinstance(value, date) else str(value))
        except ValueError:
            self.problem(f"{key} must be an ISO date and time, not {value!r}")
            return fallback

    def choice(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value and value not in choices:
            self.problem(f"{key} must be one of {', '.join(choices)}, not {value!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._take(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str | int) for value in values):
            self.problem(f"{key} must be a list of strings, not {values!r}")
            return ()
        return tuple(str(value) for value in values)

    def names(self, key: str) -> dict[str, str]:
        """A text for each locale."""
        inner = Record(f"{self.where}, {key}", self._take(key, None) or {}, self._problems)
        names = {locale: text for locale in LOCALES if (text := inner.text(locale, ""))}
        inner.close()
        if not names:
            self.problem(f"{key} needs at least one of {', '.join(LOCALES)}")
        return names

    def inner(self, key: str) -> Record:
        return Record(f"{self.where}, {key}", self._take(key, None) or {}, self._problems)

    def names_within(self) -> list[str]:
        return [str(key) for key in self._data]

    def records(self, key: str, *, required: bool = True) -> list[Record]:
        rows = self._take(key, None if required else [])
        if rows is None:
            return []
        if not isinstance(rows, list):
            self.problem(f"{key} must be a list")
            return []
        return [Record(self._place(key, index, row), row, self._problems) for index, row in enumerate(rows)]

    def _place(self, key: str, index: int, row: object) -> str:
        name = (row.get("id", row.get("key", row.get("name")))) if isinstance(row, dict) else None
        return f"{self.where}: {key}[{index}]" + (f" (id {name})" if name is not None else "")

    def close(self) -> None:
        unknown = sorted(str(key) for key in self._data if key not in self._asked)
        if unknown:
            self.problem(f"unknown key {', '.join(unknown)}; known are {', '.join(sorted(self._asked))}")
