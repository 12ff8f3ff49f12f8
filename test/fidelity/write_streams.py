"""Writes streams.json: each frame of table.json that has Arrow types, as an Arrow IPC stream of pyarrow. Run by hand after a change of
table.json, with a Python that has pyarrow."""

import base64
import json
import pathlib

import pyarrow as pa
from tagged import array_of

HERE = pathlib.Path(__file__).parent


def stream_of(frame):
    columns = frame["columns"]
    table = pa.Table.from_arrays([array_of(column) for column in columns], names=[column["name"] for column in columns])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return base64.b64encode(sink.getvalue().to_pybytes()).decode()


def has_arrow_types(frame):
    return "index" not in frame and "attrs" not in frame and all(
        column["type"] is not None and isinstance(column["name"], str) for column in frame["columns"]
    )


table = json.loads((HERE / "table.json").read_text(encoding="utf-8"))
streams = {kind["name"]: stream_of(kind["frame"]) for kind in table["kinds"] if has_arrow_types(kind["frame"])}
(HERE / "streams.json").write_text(json.dumps(streams, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
