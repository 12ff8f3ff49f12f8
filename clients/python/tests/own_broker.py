"""A broker for one test, which can be killed and started again on the same ports and files."""

from broker import Broker, Prepared


class OwnBroker:
    """Our broker, with the namespace and users of `Prepared`."""

    def __init__(self, config=None):
        self.config = config
        self.broker = Broker(config=config)
        self.prepared = Prepared(self.broker)

    def kill(self):
        """Ends it with SIGKILL: it sends nothing further."""
        self.broker.process.kill()
        self.broker.process.wait()
        self.broker.process.stdout.close()

    def start(self):
        """Starts it again."""
        old = self.broker
        self.broker = Broker(config=self.config, directory=str(old.directory), ports=(old.pub_port, old.admin_port))
        assert self.broker.sub_port == old.sub_port
        self.prepared.broker = self.broker

    def end(self):
        """Stops it when it runs."""
        if self.broker.process.poll() is None:
            self.broker.stop()
