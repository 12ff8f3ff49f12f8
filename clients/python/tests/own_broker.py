"""A broker of one test, which may be killed and started again where it was."""

from broker import Broker, Prepared


class OwnBroker:
    def __init__(self, config=None):
        self.config = config
        self.broker = Broker(config=config)
        self.prepared = Prepared(self.broker)

    def kill(self):
        """Without a word to anybody."""
        self.broker.process.kill()
        self.broker.process.wait()
        self.broker.process.stdout.close()

    def start(self):
        old = self.broker
        self.broker = Broker(config=self.config, directory=str(old.directory), ports=(old.pub_port, old.admin_port))
        assert self.broker.sub_port == old.sub_port
        self.prepared.broker = self.broker

    def end(self):
        if self.broker.process.poll() is None:
            self.broker.stop()
