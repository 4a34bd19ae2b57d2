"""A folder takes the place of another, one at a time; what a program that was killed left beside is put back."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 5.0  #: how long the files of another run are waited for [s]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One run at a time puts its files into a folder, so that those of two never mix.

    That takes milliseconds: a mark that stays longer was left by a program that was killed.
    """
    mark, begin = folder.with_name(f".{folder.name}-busy"), time.monotonic()
    while time.monotonic() - begin < PATIENCE:
        try:
            mark.mkdir()
            break
        except FileExistsError:
            time.sleep(PATIENCE / 1000)
    try:
        yield
    finally:
        with suppress(OSError):
            mark.rmdir()


def take_place(made: Path, folder: Path) -> None:
    """Put a folder in the place of another, which stays until then: no system does that in one step for all.

    A program that is killed between the two steps leaves the old one beside, where ``there`` finds it.
    """
    with alone(folder):
        old = _beside(folder)
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
            os.replace(folder, old)
        try:
            os.replace(made, folder)
        except BaseException:
            if old.exists():
                os.replace(old, folder)
            raise
        shutil.rmtree(old, ignore_errors=True)


def there(folder: Path) -> bool:
    """Whether a folder that others take the place of is there, put back where a program was killed meanwhile."""
    old = _beside(folder)
    if not folder.is_dir() and old.is_dir():
        with alone(folder):
            if not folder.is_dir() and old.is_dir():
                os.replace(old, folder)
    return folder.is_dir()


def remove(folder: Path) -> None:
    """Remove a folder that others take the place of, for good."""
    shutil.rmtree(_beside(folder), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _beside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}-old")
