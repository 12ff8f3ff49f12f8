"""Times that pandas before 3 cannot show: it ends the process when it makes a value of a time before 1677-09-22 in a zone of pytz."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .refusal import Place

#: About the first time that 64 bits hold in nanoseconds, which is the first one that pytz has an offset for in pandas.
_first = pd.Timestamp("1677-09-22")


def refuse_early_zoned_times(frame: pd.DataFrame) -> None:
    """Raises a BadPayloadError for the first such time of the columns and the index."""
    for at, dtype in enumerate(frame.dtypes):
        if _has_offsets_of_pytz(dtype):
            _check(frame.iloc[:, at], frame.columns[at])
        elif isinstance(dtype, pd.CategoricalDtype) and _has_offsets_of_pytz(dtype.categories.dtype):
            _check(dtype.categories.to_series(), frame.columns[at])
    index = frame.index
    for level, name in enumerate(index.names):
        if _has_offsets_of_pytz(index.levels[level].dtype if isinstance(index, pd.MultiIndex) else index.dtype):
            _check(index.get_level_values(level).to_series(), name)


def _has_offsets_of_pytz(dtype: Any) -> bool:
    return isinstance(dtype, pd.DatetimeTZDtype) and hasattr(dtype.tz, "_utc_transition_times")


def _check(times: Any, name: Any) -> None:
    # Without the zone: with it, already the least time would end the process.
    instants = times.dt.tz_convert(None).reset_index(drop=True)
    early = instants[instants < _first]
    if not early.empty:
        why = "(UTC) is a time in a zone before 1677-09-22, at which this version of pandas ends the process"
        raise Place("df_pyarrow", name, int(early.index[0])).refuse(
            str(early.iloc[0]), why, "read message.to_arrow(), or install pandas 3"
        )
