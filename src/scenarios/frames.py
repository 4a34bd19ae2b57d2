"""Walks over frames with types: pandas calls every label Hashable and every cell one of a dozen types."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

import numpy as np
import pandas as pd


def where(frame: pd.DataFrame, **equal: object) -> pd.DataFrame:
    """The rows that hold these values; ``query`` reads its text as a program, which takes ten times as long."""
    chosen = np.ones(len(frame), dtype=bool)
    for column, value in equal.items():
        chosen &= (frame[column] == value).to_numpy()
    return frame[chosen]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dictionaries, by column."""
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in _cells(frame)]


def each_row(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples."""
    return map(_row_class(tuple(frame.columns))._make, _cells(frame))


def _cells(frame: pd.DataFrame) -> list[list[Any]]:
    """The cells of each row; pandas walks over texts one by one, ten times slower."""
    cells: list[list[Any]] = frame.to_numpy(dtype=object).tolist()
    return cells


@cache
def _row_class(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", columns)


def labelled_rows(frame: pd.DataFrame) -> Iterator[tuple[Any, dict[Any, Any]]]:
    """The rows as dictionaries, each with its label, such as the row number in a file."""
    names = frame.columns.tolist()
    rows = (dict(zip(names, row, strict=True)) for row in _cells(frame))
    return zip(frame.index.tolist(), rows, strict=True)


def entries(series: pd.Series) -> Iterator[tuple[Any, Any]]:
    """The values with their labels."""
    return iter(series.items())


def keyed(values: Mapping[Any, float], key: Sequence[str], name: str) -> pd.Series:
    """Numbers by key as a series, in the order of the keys."""
    levels: list[Any] = list(zip(*values, strict=True)) or [()] * len(key)
    index = pd.MultiIndex.from_arrays([list(level) for level in levels], names=list(key))
    return pd.Series(list(values.values()), index, dtype=float, name=name).sort_index()


def stacked(frame: pd.DataFrame, name: str) -> pd.Series:
    """A wide frame as one long series."""
    return cast("pd.Series", frame.stack()).rename(name)


def flat(values: np.ndarray, axes: Sequence[pd.DataFrame], name: str, kept: np.ndarray | None = None) -> pd.DataFrame:
    """The cells of an array as rows, those that are ``kept``: a frame for each axis labels its places."""
    places = np.nonzero(np.ones(values.shape, dtype=bool) if kept is None else np.broadcast_to(kept, values.shape))
    made = {
        str(column): pd.Series(labels[column].to_numpy()[place], dtype=labels[column].dtype)
        for labels, place in zip(axes, places, strict=True)
        for column in labels
    }
    return pd.DataFrame({**made, name: values[places]})


def labels(name: str, members: Iterable[str]) -> pd.DataFrame:
    """A frame that labels the places of an axis, for ``flat``."""
    return pd.DataFrame({name: pd.Series(list(members), dtype=object)})


def looked_up(keys: pd.Series, values: pd.Series) -> np.ndarray:
    """The number that belongs to each key, also when there is no key at all; no number where a key has none."""
    return values.reindex(keys.to_numpy()).to_numpy(dtype=float)
