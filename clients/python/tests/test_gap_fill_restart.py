"""What was missed while the broker was stopped or killed, and what its journal has lost."""

import asyncio

from gap_fill_scene import GapFillScene


def test_after_a_clean_restart_what_was_missed_comes_and_sequences_go_on(own, run):
    broker = own()

    async def work(clients):
        scene = await GapFillScene(clients).open()
        await scene.publish("a", 2)
        assert await scene.taken(2) == ["a1", "a2"]
        await scene.cut()
        await scene.publish("a", 2)
        await _restart(broker)
        await scene.accept()
        await scene.publish("a")
        assert await scene.taken(3) == ["a3!", "a4!", "a5"]
        assert scene.gaps == []

    run(work, broker.prepared)


def test_what_the_journal_does_not_have_is_a_gap(own, run):
    broker = own()

    async def work(clients):
        scene = await GapFillScene(clients).open()
        await scene.publish("a", 2)
        assert await scene.taken(2) == ["a1", "a2"]
        await scene.cut()
        await scene.publish("a", 3)
        await _restart(broker, _remove_segments)
        await scene.publish("a", 2)
        await scene.accept()
        await scene.publish("a")
        assert await scene.taken(3) == ["a6!", "a7!", "a8"]
        assert scene.missing == [(3, 5)]

    run(work, broker.prepared)


def test_after_an_unclean_stop_the_rest_of_the_epoch_comes_and_a_gap_of_unknown_size(own, run):
    broker = own("journal:\n  fsync: always\n")

    async def work(clients):
        scene = await GapFillScene(clients).open()
        await scene.publish("a", 2)
        await scene.taken(2)
        await scene.cut()
        await scene.publish("a", 2)
        await asyncio.get_running_loop().run_in_executor(None, lambda: (broker.kill(), broker.start()))
        await scene.publish("a", 1)
        await scene.accept()
        await scene.publish("a", 1)
        assert await scene.taken(4) == ["a3!", "a4!", "a1!", "a2"]
        assert [gap.epoch_changed for gap in scene.gaps] == [True]

    run(work, broker.prepared)


async def _restart(broker, between=lambda directory: None):
    """Stops the broker cleanly, and starts it again."""

    def restart():
        broker.broker.stop()
        between(broker.broker.directory)
        broker.start()

    await asyncio.get_running_loop().run_in_executor(None, restart)


def _remove_segments(directory):
    """Removes the messages, as retention does."""
    removed = [path for path in directory.rglob("*.pmq[ji]")]
    assert removed
    for path in removed:
        path.unlink()
