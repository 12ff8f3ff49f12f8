"""Missing messages are asked from the broker's journal, and delivered in their place."""

import asyncio
import json

import pytest
from gap_fill_scene import GapFillScene
from reconnecting import QUICK, take

from pulse_mq import BadOptionError, PulseMQClient, _wire


def test_what_was_missed_is_delivered_in_its_place_and_marked(run):
    async def work(clients):
        scene = await GapFillScene(clients).open()
        await scene.publish("a", 2)
        assert await scene.taken(2) == ["a1", "a2"]
        await scene.missed("a", 3)
        await scene.publish("a", 2)
        assert await scene.taken(5) == ["a3!", "a4!", "a5!", "a6", "a7"]
        assert scene.gaps == []

    run(work)


def test_a_topic_that_does_not_tick_again_gets_what_it_missed(run):
    async def work(clients):
        scene = await GapFillScene(clients).open()
        await scene.publish("a")
        await scene.publish("b")
        assert await scene.taken(2) == ["a1", "b1"]
        await scene.missed("a", 2)
        await scene.publish("b")
        assert sorted(await scene.taken(3)) == ["a2!", "a3!", "b2"]
        assert scene.gaps == []

    run(work)


def test_more_than_one_answer_holds_is_asked_for_in_several(run):
    async def work(clients):
        scene = await GapFillScene(clients).open()
        await scene.publish("a")
        await scene.taken(1)
        await scene.missed("a", 2_500)
        await scene.publish("a")
        assert await scene.taken(2_501) == [*(f"a{number}!" for number in range(2, 2_502)), "a2502"]
        assert scene.gaps == []

    run(work)


def test_cuts_again_and_again_lose_nothing(run):
    async def work(clients):
        scene = await GapFillScene(clients).open()
        # The first message of a topic is not preceded by a gap.
        await scene.publish("a")
        await scene.taken(1)
        for _ in range(5):
            await scene.missed("a", 700)
            # More while the first are being asked for, and then the next cut.
            await scene.publish("a", 300)
        messages = await take(scene.subscription, 5_000)
        assert [one.sequence for one in messages] == list(range(2, 5_002))
        assert sum(one.is_recovered for one in messages) >= 5 * 700
        assert scene.gaps == []

    run(work)


def test_in_a_namespace_without_history_nothing_waits_for_an_answer(run):
    async def work(clients):
        # Another namespace keeps it, so the broker has the feature.
        await GapFillScene(clients).open()
        scene = await GapFillScene(clients).open(keeps_history=False, snapshot=True)
        await scene.publish("a")
        await scene.publish("b")
        assert await scene.taken(2) == ["a1", "b1"]
        await scene.cut()
        await scene.publish("a", 3)
        await scene.publish("c")
        await scene.accept()
        # In the order of the broker: an answer would come after c1.
        assert await scene.taken(2) == ["a4", "c1"]
        await scene.publish("a")
        assert await scene.taken(1) == ["a5"]
        assert scene.missing == [(2, 3)]
        assert not scene.may_ask

    run(work)


def test_what_is_known_of_the_history_holds_while_the_connection_is_lost(run):
    async def work(clients):
        scene = await GapFillScene(clients).open()
        assert scene.may_ask
        await scene.cut()
        # A gap may show now, among messages that waited for another one.
        assert scene.may_ask
        await scene.accept()

    run(work)


def test_with_a_snapshot_what_was_missed_comes_before_the_last_value(run):
    async def work(clients):
        scene = await GapFillScene(clients).open(snapshot=True)
        await scene.publish("a")
        await scene.taken(1)
        await scene.missed("a", 3)
        assert await scene.taken(3) == ["a2!", "a3!", "a4"]
        await scene.publish("a")
        assert await scene.taken(1) == ["a5"]
        assert scene.gaps == []

    run(work)


@pytest.mark.parametrize(
    "options", [{"fill_gaps": False}, {"keeps_history": False}, {"max_rate": 1_000}], ids=["off", "no history", "rate"]
)
def test_without_filling_a_gap_is_reported(run, options):
    async def work(clients):
        scene = await GapFillScene(clients).open(**options)
        await scene.publish("a")
        await scene.taken(1)
        await scene.missed("a", 3)
        await scene.publish("a")
        assert await scene.taken(1) == ["a5"]
        assert scene.missing == [(2, 4)]

    run(work)


def test_a_callback_gets_what_was_missed(run):
    async def work(clients):
        scene = await GapFillScene(clients).open()
        client = PulseMQClient(
            **clients.prepared.arguments(
                scene.reader_name, pub_port=scene.requests.port, sub_port=scene.deliveries.port, reconnect=QUICK
            )
        )
        seen, all_seen = [], asyncio.Event()
        loop = asyncio.get_running_loop()

        def on_message(message):
            seen.append((message.sequence, message.is_recovered))
            if message.sequence in (1, 5):
                loop.call_soon_threadsafe(all_seen.set)

        await loop.run_in_executor(None, client.connect)
        await loop.run_in_executor(None, client.subscribe, scene.namespace, "a", on_message)
        await scene.publish("a")
        await asyncio.wait_for(all_seen.wait(), 20)
        all_seen.clear()
        await scene.missed("a", 3)
        await scene.publish("a")
        await asyncio.wait_for(all_seen.wait(), 20)
        await loop.run_in_executor(None, client.close)
        assert [sequence for sequence, _ in seen] == [1, 2, 3, 4, 5]
        assert (2, True) in seen

    run(work)


def test_when_a_stream_has_ended_what_the_journal_has_of_it_comes_once(run):
    async def work(clients):
        scene = await GapFillScene(clients).open()
        await scene.publish("a")
        (first,) = await take(scene.subscription, 1)
        scene.deliveries.hold()
        await scene.publish("a", 2)
        streams = scene.reader._slot.core.streams
        payload = json.dumps({"epochs": [first.epoch]}).encode()
        streams.on_marker(streams.lanes[0], _wire.STREAMS_ENDED, "", "", payload)
        assert await scene.taken(2) == ["a2!", "a3!"]
        assert scene.missing == [(None, None)]
        # The same is said again when the broker is back, and then these come late.
        streams.on_marker(streams.lanes[0], _wire.STREAMS_ENDED, "", "", payload)
        scene.deliveries.release()
        await scene.publish("a", 2)
        assert [one.sequence for one in await take(scene.subscription, 2)] == [4, 5]
        assert scene.missing == [(None, None)]

    run(work)


def test_fill_gaps_is_checked():
    with pytest.raises(BadOptionError, match="fill_gaps is 'some', expected True, False or 'all'"):
        PulseMQClient(fill_gaps="some")
