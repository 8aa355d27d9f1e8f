"""Passwords are hashed in one thread of low priority, so that readers go first.

A hash takes half a second of a processor, on purpose. Here it never takes more than one
processor's time of each process, and only what readers leave of it.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.contrib.auth.hashers import PBKDF2PasswordHasher

LOW_PRIORITY = 5


def _be_patient() -> None:
    # A thread has a priority of its own on Linux; elsewhere it stays as it is.
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_PRIORITY)


_thread = ThreadPoolExecutor(1, "password", initializer=_be_patient)


class PatientHasher(PBKDF2PasswordHasher):
    """Django's own hasher, and its hashes, computed in that thread."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        # OpenSSL computes it without holding Python's lock.
        done = _thread.submit(super().encode, password, salt, iterations)
        return done.result()
