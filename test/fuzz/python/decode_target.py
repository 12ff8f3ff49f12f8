"""Payloads as the Python client decodes them, guided by coverage (atheris). The first byte of an input chooses format and compression.

Any bytes must give data or one of the two documented errors. libFuzzer itself fails on an input that takes too long or too much memory.
"""

import sys

import atheris

with atheris.instrument_imports(include=["pulse_mq"]):
    from pulse_mq import errors
    from pulse_mq._payload import decode_payload

#: Errors that `PulseMessage.data` documents.
EXPECTED = (errors.BadPayloadError, errors.PayloadTooLargeError)


def one_input(data):
    """Decodes one payload."""
    choice = data[0] if data else 0
    try:
        decode_payload(data[1:], choice % 4, (choice // 4) % 4)
    except EXPECTED:
        pass


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
