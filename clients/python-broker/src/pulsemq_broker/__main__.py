"""`python -m pulsemq_broker` is the command `pulsemq`."""

from .command import main

main()
