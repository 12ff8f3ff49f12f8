"""Encodes data as a payload and decodes it again, as a publisher and a subscriber do."""

from pulse_mq._payload import decode_arrow_table, decode_payload, encode_payload

FORMATS = ("df_msgpack", "df_pyarrow")


def there_and_back(data, format):
    """Returns `message.data` of data that was published."""
    payload, code, flags = encode_payload(data, format, None)
    return decode_payload(payload, code, flags)


def there_and_to_arrow(data, format):
    """Returns `message.to_arrow()` of data that was published."""
    payload, code, flags = encode_payload(data, format, None)
    return decode_arrow_table(payload, code, flags)
