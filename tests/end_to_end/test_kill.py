"""Killed at any moment, the next pass heals everything without hands."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from search.store.store import open_store
from simulator import Simulator
from tests.workplace import LIMIT_S, Workplace, workplace

KILLS = 20
LANES = 2
"""Rounds that run side by side, one a core."""


def kill_after(place: Workplace, seconds: float) -> bool:
    """Start a whole pass and kill its processes after that time; return whether it was still running."""
    process = subprocess.Popen(
        place.command("work", "--once"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait(LIMIT_S) == -signal.SIGKILL


def change_sources(simulator: Simulator, lane: int, turn: int) -> None:
    """Edit, remove and add documents, so that a pass has something to do in every source."""
    pages = [page.id for page in simulator.catalog.pages.all()]
    for number in range(30):
        simulator.edit("tdn", pages[number * 3], text=f"Texto da volta {turn} da raia {lane}, página {number}.")
    simulator.delete("tdn", pages[-1 - turn])
    simulator.delete("youtube", next(iter(simulator.catalog.videos.all())).id)
    package = next(iter(simulator.catalog.packages.all())).id
    simulator.edit("downloads", package, name=f"Pacote da volta {turn}")


def whole_pass_s(place: Workplace) -> float:
    began = time.monotonic()
    place.done("work", "--once")
    return time.monotonic() - began


def lane(folder: Path, number: int, dice: random.Random) -> list[str]:
    """Half of all kills; return what is wrong after any of them."""
    wrong: list[str] = []
    hits = 0
    with Simulator() as simulator:
        reference = workplace(_made(folder / "reference"), simulator.url)
        durations_s = dict.fromkeys((True, False), whole_pass_s(reference))  # of a fresh pass, and of another
        for turn in range(KILLS // LANES):
            # Every other round begins with nothing; the others have a store and an index to change.
            fresh = turn % 2 == 0
            place = workplace(_made(folder / f"place-{turn if fresh else turn - 1}"), simulator.url)
            if not fresh:
                change_sources(simulator, number, turn)
                reference.done("work", "--once")
            moment_s = dice.uniform(0.05, 0.95) * durations_s[fresh]
            began = time.monotonic()
            if kill_after(place, moment_s):
                hits += 1
            else:  # the machine has become faster since that was measured
                durations_s[fresh] = time.monotonic() - began
            place.done("work", "--once")
            wrong += [f"turn {turn}, killed after {moment_s:.3f} s: {each}" for each in _differences(place, reference)]
    if hits < KILLS // LANES // 2:
        wrong.append(f"only {hits} passes were still running when they were killed")
    return wrong


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _differences(place: Workplace, reference: Workplace) -> list[str]:
    stored, (position, indexed) = place.stored(), place.indexed()
    found = []
    if stored != reference.stored():
        found.append("the store is not what the sources hold")
    if indexed != stored:
        found.append("the index is not what the store holds")
    store = open_store(place.config.store_url)
    if position != store.position():
        found.append("the index's position is not the store's")
    store.close()
    return found


def test_a_worker_killed_at_any_moment_is_healed_by_the_next_pass(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    with ThreadPoolExecutor(LANES) as pool:
        rounds = [
            pool.submit(lane, tmp_path / f"lane-{number}", number, random.Random(seed + number))
            for number in range(LANES)
        ]
        try:
            wrong = [problem for each in rounds for problem in each.result()]
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise
    assert not wrong, f"seed {seed}: {wrong}"
