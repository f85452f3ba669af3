"""A rebuild under load: the page answers all the while, and then from the new generation."""

from __future__ import annotations

import json
import threading
import time
from urllib.request import urlopen

from tests.workplace import LIMIT_S, Workplace

PATHS = ("/?q=rejei%C3%A7%C3%A3o", "/api/v1/search?q=boleto", "/api/v1/suggest?q=prot", "/health/ready")


def generation(address: str) -> str:
    with urlopen(f"{address}/health/ready", timeout=30) as answer:
        return str(json.load(answer)["generation"])


def test_no_request_fails_while_the_index_is_rebuilt_and_all_workers_follow(indexed: Workplace) -> None:
    wrong: list[str] = []
    asked = 0
    done = threading.Event()

    def ask(address: str) -> None:
        nonlocal asked
        totals: set[int] = set()
        while not done.is_set():
            for path in PATHS:
                try:
                    with urlopen(f"{address}{path}", timeout=30) as answer:
                        body = answer.read()
                except OSError as error:
                    wrong.append(f"{path}: {error}")
                    continue
                if path.startswith("/api/v1/search"):
                    totals.add(json.loads(body)["total"]["value"])
                asked += 1
        if len(totals) != 1 or totals == {0}:
            wrong.append(f"totals {totals}")

    with indexed.served() as address:
        before = generation(address)
        threads = [threading.Thread(target=ask, args=(address,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            indexed.done("rebuild")
            after = indexed.done("status", "--json").json["index"]["generation"]
            deadline = time.monotonic() + LIMIT_S
            same = 0
            while same < 20 and time.monotonic() < deadline:
                same = same + 1 if generation(address) == after else 0
        finally:
            done.set()
            for thread in threads:
                thread.join()
    assert wrong == []
    assert (same, after > before, asked > len(PATHS)) == (20, True, True)
