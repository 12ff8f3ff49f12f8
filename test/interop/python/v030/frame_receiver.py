"""Receives one DataFrame with the unchanged package, and prints it as base64 of a pickle.

Arguments: pub_port sub_port token topic. The namespace is `market`.
"""

import base64
import os
import pickle
import sys

from pulse_mq import PulseMQClient

pub_port, sub_port, token, topic = sys.argv[1:]
client = PulseMQClient("127.0.0.1", int(pub_port), int(sub_port), "reader", token)


def callback(message):
    sys.stdout.buffer.write(base64.b64encode(pickle.dumps(message.data)))
    sys.stdout.buffer.flush()
    os._exit(0)


client.subscribe("market", topic, callback)
client.run()
