"""The TypeScript half of the fidelity tests: `node test/fidelity/relay.mjs`, which encodes and decodes frames."""

import base64
import json
import subprocess

from broker import ROOT


class RefusedByTypeScript(Exception):
    """TypeScript refused a frame. `code` is that of its error."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


class Relay:
    """The running command."""

    def __init__(self):
        command = ["node", ROOT / "test" / "fidelity" / "relay.mjs"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def stop(self):
        """Ends it."""
        self._process.stdin.close()
        assert self._process.wait(20) == 0
        self._process.stdout.close()

    def encode(self, format, frame, way="rows"):
        """The payload of a tagged frame that TypeScript makes rows or columns of."""
        return self._payload({"do": "encode", "format": format, "as": way, "frame": frame})

    def again(self, format, payload, way="rows"):
        """The payload of a frame that TypeScript has received and sends again."""
        text = base64.b64encode(payload).decode()
        return self._payload({"do": "again", "format": format, "payload": text, "to": format, "as": way})

    def decode(self, format, payload):
        """The tagged frame that TypeScript reads from a payload."""
        return self._ask({"do": "decode", "format": format, "payload": base64.b64encode(payload).decode()})["frame"]

    def _payload(self, request):
        return base64.b64decode(self._ask(request)["payload"])

    def _ask(self, request):
        self._process.stdin.write(json.dumps({"id": 1, **request}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "failed" not in answer, answer["failed"]
        if "refused" in answer:
            raise RefusedByTypeScript(answer["refused"], answer["text"])
        return answer
