"""Walks over frames with types: pandas calls every label Hashable and every cell one of a dozen types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dictionaries, by column."""
    return cast("list[dict[str, Any]]", frame.to_dict("records"))


def each_row(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples."""
    return iter(frame.itertuples())


def labelled_rows(frame: pd.DataFrame) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The rows as dictionaries, each with its label, such as the row number in a file."""
    return zip(frame.index.tolist(), records(frame), strict=True)


def entries(series: pd.Series) -> Iterator[tuple[Any, Any]]:
    """The values with their labels."""
    return iter(series.items())


def stacked(frame: pd.DataFrame, name: str) -> pd.Series:
    """A wide frame as one long series."""
    return cast("pd.Series", frame.stack()).rename(name)
