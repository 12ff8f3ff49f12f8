"""Columns of odd cells, how they come back, and how a publish of them is refused."""

import re

import numpy as np
import pandas as pd
import pytest
from payloads import there_and_back

from pulse_mq import BadPayloadError
from pulse_mq._payload import encode_payload

BIG = 2**53 + 1
NANOSECOND = pd.Timestamp("2026-11-24 09:29:00.123456789")


def objects(*cells):
    """A column of objects, as they are."""
    return pd.DataFrame({"v": pd.Series(list(cells), dtype=object)})


def cells_of(data, format):
    """The cells that come back, lists in place of arrays and missing cells as None."""
    return [plain(cell) for cell in there_and_back(data, format)["v"].tolist()]


def plain(cell):
    if isinstance(cell, (list, tuple, np.ndarray)):
        return [plain(one) for one in cell]
    if isinstance(cell, dict):
        return {key: plain(one) for key, one in cell.items()}
    return None if pd.isna(cell) else cell


def refused(data, format, *parts):
    """Checks that a publish is refused, and that each part stands in the text."""
    with pytest.raises(BadPayloadError) as caught:
        encode_payload(data, format, None)
    for part in parts:
        assert re.search(part, str(caught.value)), str(caught.value)
