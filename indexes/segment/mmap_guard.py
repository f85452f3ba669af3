"""Reads of what was cut off a mapped file: the system would end the process, here they give zeros and are counted.

    a file of 9 pages, mapped   ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▒ ▒
    cut to 4 by someone         ▒ ▒ ▒ ▒ ✗ ✗ ✗ ✗ ✗   a read of ✗ is a SIGBUS: an empty page comes in its place

The handler is machine code, because a read may happen where Python cannot run. Whoever reads maps compares the count
(`lost`) before and after, and takes nothing for an answer where it has changed. Other maps than those that are watched
end the process as ever.
"""

from __future__ import annotations

import ctypes
import mmap
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

Answer = TypeVar("Answer")

SLOTS = 4096
"""Maps that can be watched at a time: those of 800 segments."""
PAGE = mmap.PAGESIZE
KNOWN = sys.platform == "linux" and sys.maxsize > 2**32
"""Whether this is the system whose structures are written down here."""
SA_SIGINFO = 4
SI_ADDR = 2
"""Where the address stands in a siginfo_t, as a number of 8 bytes: after three numbers of 4 and what aligns it."""
POINTER = ctypes.c_void_p

_ranges = np.zeros((SLOTS, 2), dtype=np.uint64)  # where each map begins and ends
_lost = np.zeros(1, dtype=np.uint64)
_free = list(range(SLOTS))
_lock = threading.Lock()
_installed: list[Any] = []  # the handler, which has to live as long as the process


class Action(ctypes.Structure):
    """The C library's struct sigaction, on Linux."""

    _fields_ = (("handler", POINTER), ("mask", ctypes.c_ubyte * 128), ("flags", ctypes.c_int), ("restorer", POINTER))


def lost() -> int:
    """How many pages of watched maps were read that are gone."""
    return int(_lost[0])


def watch(data: mmap.mmap) -> Callable[[], None]:
    """Watch a map; call what is returned before it is closed. Where there are no slots left, it is not watched."""
    begin = np.frombuffer(data, dtype=np.uint8).ctypes.data
    with _lock:
        slot = _free.pop() if _free else None
    if slot is None:
        return lambda: None
    _ranges[slot] = begin, begin + -(-len(data) // PAGE) * PAGE

    def forget() -> None:
        _ranges[slot] = 0
        with _lock:
            _free.append(slot)

    return forget


def whole(read: Callable[[], Answer], check: Callable[[], object]) -> Answer:
    """What `read` returns; where pages were lost meanwhile, check, which raises, comes before that."""
    before = lost()
    try:
        return read()
    finally:
        if lost() != before:
            check()


def install() -> None:
    """Begin to handle SIGBUS in this process and those that are forked from it. Where it is not KNOWN, do nothing."""
    with _lock:
        if _installed or not KNOWN:
            return
        handler = _handler()
        action = Action(handler=handler.address, flags=SA_SIGINFO)
        if ctypes.CDLL(None).sigaction(signal.SIGBUS, ctypes.byref(action), None) == 0:
            _installed.append(handler)


def _handler() -> Any:
    """The handler, compiled: it calls nothing but the system, and looks at nothing but the two tables."""
    import numba  # noqa: PLC0415  half a second, which only those that serve have to wait for
    from numba import carray, types  # type: ignore[attr-defined]  # noqa: PLC0415

    library = ctypes.CDLL(None)
    remap, restore = library.mmap, library.signal
    remap.argtypes, remap.restype = [POINTER, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long], POINTER
    restore.argtypes, restore.restype = [ctypes.c_int, POINTER], POINTER
    numbers, at = _pointers(numba)
    ranges, lost = _ranges.ctypes.data, _lost.ctypes.data
    below, readable, fixed = ~(PAGE - 1), mmap.PROT_READ, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x10  # MAP_FIXED

    def handle(number: Any, info: Any, context: Any) -> None:  # noqa: ARG001  as the system calls it
        address = carray(info, SI_ADDR + 1)[SI_ADDR]
        known = carray(at(ranges), (SLOTS, 2))
        for slot in range(SLOTS):
            if known[slot, 0] <= address and address < known[slot, 1]:  # noqa: PLR1716  as Numba takes it
                remap(np.int64(address) & below, PAGE, readable, fixed, -1, 0)
                carray(at(lost), 1)[0] += np.uint64(1)
                return
        restore(number, 0)  # the read is tried again, and ends the process

    return numba.cfunc(types.void(types.int32, numbers, types.voidptr))(handle)


def _pointers(numba: Any) -> tuple[Any, Any]:
    """The type of a pointer to numbers, and a function that makes one of an address."""
    from numba.extending import intrinsic  # noqa: PLC0415

    numbers = numba.types.CPointer(numba.types.uint64)

    @intrinsic
    def pointer(_: Any, address: Any) -> Any:
        def made(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

        return numbers(address), made

    return numbers, pointer
