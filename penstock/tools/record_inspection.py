"""`inspect` for files of records: events, and examples or whatever a TFRecord file holds."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from penstock.formats.events import read_events
from penstock.formats.example_reading import features_of
from penstock.formats.tensors import array_from_proto
from penstock.tools.files import event_file_of, records_of
from penstock.tools.report import Report, Table, counted, listing
from penstock.tools.statistics import Statistics, statistics_of

__all__ = ["inspect_events", "inspect_records"]


@dataclass
class _Tag:
    """What is known of the values under one tag."""

    kind: str
    steps: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def row(self, name: str, values: bool) -> tuple[str, ...]:
        found = statistics_of(np.array(self.values)) if self.values else None
        cells = ("-",) * len(Statistics.COLUMNS) if found is None else found.cells
        last = f"{self.values[-1]:.6g}" if self.values else "-"
        steps = (str(len(self.steps)), str(min(self.steps)), str(max(self.steps)))
        return (name, self.kind, *steps, last, *(cells if values else cells[:2]))


def inspect_events(path: str, values: bool) -> Report:
    """Tell what an event file holds; see `inspect`."""
    path = event_file_of(path)
    tags: dict[str, _Tag] = {}
    others: dict[str, int] = {}
    times: list[float] = []
    for event in read_events(path):
        times.append(event.wall_time)
        what = event.WhichOneof("what") or "nothing"
        if what != "summary":
            others[what] = others.get(what, 0) + 1
            continue
        for value in event.summary.value:
            kind, number = _value_of(value)
            tag = tags.setdefault(value.tag or value.node_name, _Tag(kind))
            tag.steps.append(event.step)
            if number is not None:
                tag.values.append(number)
    facts = {
        "events": f"{len(times):,}",
        "time": f"{_time(min(times))} to {_time(max(times))}" if times else "none",
        "besides summaries": listing(f"{name} ({count})" for name, count in others.items()),
    }
    shown = Statistics.COLUMNS if values else Statistics.COLUMNS[:2]
    columns = ("tag", "kind", "values", "first step", "last step", "last value", *shown)
    rows = [tags[name].row(name, values) for name in sorted(tags)]
    return Report(f"{path}: event file", facts, (Table.of("tags", columns, rows),))


def _time(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _value_of(value: Any) -> tuple[str, float | None]:
    """Give the kind of a summary's value, and the number if it is one."""
    kind = value.WhichOneof("value")
    if kind == "simple_value":
        return "scalar", value.simple_value
    if kind == "tensor":
        plugin = value.metadata.plugin_data.plugin_name
        array = array_from_proto(value.tensor)
        if array.size == 1 and array.dtype.kind in "fiu" and plugin in ("scalars", ""):
            return "scalar", float(array.reshape(())[()])
        return plugin.removesuffix("s") or "tensor", None
    return {"histo": "histogram", None: "empty"}.get(kind, str(kind)), None


@dataclass
class _Feature:
    """What is known of one feature over all examples."""

    kinds: set[str] = field(default_factory=set)
    sizes: list[int] = field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None
    nans: int = 0

    def add(self, kind: str, content: list[Any]) -> None:
        self.kinds.add(kind)
        self.sizes.append(len(content))
        if kind in ("float32", "int64") and content:
            found = statistics_of(np.array(content))
            if found is not None and found.minimum is not None and found.maximum is not None:
                self.minimum = min(found.minimum, *_given(self.minimum), found.maximum)
                self.maximum = max(found.maximum, *_given(self.maximum), found.minimum)
            self.nans += found.nans if found is not None else 0

    def row(self, name: str, values: bool) -> tuple[str, ...]:
        row = (name, "/".join(sorted(self.kinds)), str(len(self.sizes)), _range(self.sizes))
        if not values:
            return row
        bounds = (self.minimum, self.maximum)
        return (*row, *("-" if one is None else f"{one:.6g}" for one in bounds), str(self.nans))


def _given(bound: float | None) -> tuple[float, ...]:
    return () if bound is None else (bound,)


def _range(sizes: Iterable[int]) -> str:
    least, most = min(sizes), max(sizes)
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def inspect_records(path: str, values: bool) -> Report:
    """Tell what a TFRecord file holds; see `inspect`."""
    features: dict[str, _Feature] = {}
    sizes: list[int] = []
    examples = 0
    for record in records_of(path):
        sizes.append(len(record))
        found = features_of(record)
        if found is None:
            continue
        examples += 1
        for name, kind, content in found:
            features.setdefault(name, _Feature()).add(kind, content)
    facts = {
        "records": f"{len(sizes):,}",
        "examples among them": counted(examples, "example"),
        "bytes a record": _range(sizes) if sizes else "-",
    }
    columns = ("feature", "kind", "examples", "values each")
    columns += ("minimum", "maximum", "NaN") if values else ()
    rows = [features[name].row(name, values) for name in sorted(features)]
    table = Table.of("features", columns, rows)
    return Report(f"{path}: TFRecord file", facts, (table,))
