"""Writes inputs that are right, from which the fuzzer starts: python make_seeds.py FOLDER."""

import hashlib
import pathlib
import sys

import pandas as pd

from pulse_mq._payload import encode_payload

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
frame = pd.DataFrame(
    {
        "time": pd.to_datetime(["2026-01-01", None]),
        "price": [1.5, float("nan")],
        "volume": [1, 2],
        "name": ["a", None],
        "kind": pd.Categorical(["x", "y"]),
    }
)
samples = [
    (b"bytes" * 300, "bytes"),
    ("text" * 300, "string"),
    (frame.drop(columns="kind"), "df_msgpack"),
    (frame, "df_pyarrow"),
]
for data, name in samples:
    for algorithm in (None, "zlib", "lz4", "zstd"):
        payload, format_code, flags = encode_payload(data, name, algorithm)
        sample = bytes([format_code + 4 * flags]) + payload
        (folder / hashlib.sha1(sample).hexdigest()[:16]).write_bytes(sample)
