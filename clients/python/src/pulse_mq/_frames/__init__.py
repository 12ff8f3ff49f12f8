"""DataFrames as payloads, exactly or refused: pandas, polars and Arrow, by MessagePack and by Arrow IPC streams.

`*_encode` and `*_decode` are the ways in and out. They import pandas, NumPy, pyarrow and msgpack, so nothing outside imports this
package before it encodes or decodes a DataFrame.
"""
