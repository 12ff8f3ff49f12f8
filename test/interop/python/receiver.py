"""Subscribes with the unchanged package, in a process of its own because its `run()` never returns.

Arguments: pub_port sub_port username token, then pairs of namespace and pattern. Prints one line of JSON for each message: the
message, its data as text, and the position of the pair that it matched.
"""

import base64
import json
import sys

import pandas as pd

from pulse_mq import PulseMQClient


def shown(data):
    """The data of a message as JSON values."""
    if isinstance(data, pd.DataFrame):
        return {"frame": data.to_json(orient="split", date_format="iso"), "dtypes": [str(t) for t in data.dtypes]}
    return {"bytes": base64.b64encode(data).decode()} if isinstance(data, bytes) else {"text": data}


def main():
    pub_port, sub_port, username, token, *pairs = sys.argv[1:]
    client = PulseMQClient("127.0.0.1", int(pub_port), int(sub_port), username, token)
    for index in range(0, len(pairs), 2):

        def callback(message, index=index):
            fields = {"namespace": message.namespace, "topic": message.topic, "format": message.format}
            fields |= {"compressed": message.compressed, "subscription": index // 2, **shown(message.data)}
            print(json.dumps(fields), flush=True)

        client.subscribe(pairs[index], pairs[index + 1], callback)
    client.run()


main()
