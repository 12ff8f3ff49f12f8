"""What a slow subscription has missed is asked from the broker's journal."""

import asyncio

import pytest
from gap_fill_scene import GapFillScene
from reconnecting import take


def test_what_a_disconnected_subscription_has_missed_is_asked_for(own, run):
    count = 12_000
    broker = own("broker:\n  backlog_bytes: 65536\n")

    async def work(clients):
        scene = await GapFillScene(clients).open(on_slow="disconnect", queue_limit=10, on_full="pause")
        await scene.publish("a")
        await scene.taken(1)
        await scene.overflow("a", count)
        messages = await take(scene.subscription, count)
        assert [one.sequence for one in messages] == list(range(2, count + 2))
        assert any(one.is_recovered for one in messages)
        assert scene.gaps == []
        assert scene.events.kinds == ["connected"]

    run(work, broker.prepared)


@pytest.mark.parametrize("fill_gaps", [True, "all"])
def test_what_the_policy_of_a_slow_subscription_has_dropped_is_asked_for_with_all_only(own, run, fill_gaps):
    count = 12_000
    broker = own("broker:\n  backlog_bytes: 65536\n")

    async def work(clients):
        scene = await GapFillScene(clients).open(fill_gaps=fill_gaps, queue_limit=10, on_full="pause")
        await scene.overflow("a", count)
        messages = []

        async def publish_more():
            # The newest may be lost, too: only a later message shows that.
            while not messages or messages[-1].sequence <= count:
                await scene.publish("a")

        publishing = asyncio.ensure_future(publish_more())
        while not messages or messages[-1].sequence <= count:
            messages += await take(scene.subscription, 1)
        await publishing
        missed_count = sum(gap.missed_count for gap in scene.gaps)
        recovered_count = sum(one.is_recovered for one in messages)
        assert len(messages) + missed_count == messages[-1].sequence
        assert [one.sequence for one in messages] == sorted({one.sequence for one in messages})
        assert (missed_count > 0, recovered_count > 0) == ((False, True) if fill_gaps == "all" else (True, False))

    run(work, broker.prepared)
