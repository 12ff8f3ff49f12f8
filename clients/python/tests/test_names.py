"""The grammar of names. It is that of packages/protocol/src/topic.ts."""

import pytest

from pulse_mq import TopicFormatError
from pulse_mq._names import check_pattern, check_topic, matches, namespace_or_default

LEVEL = "x" * 32


@pytest.mark.parametrize(
    "topic",
    ["a", "BTC-USDT", "EUR/USD.quote", "600000.SH.kline.1m", "a.b.c.d.e.f.g.h", LEVEL, ".".join(["x" * 31] * 6)],
)
def test_names_as_markets_write_them_are_topics_and_patterns(topic):
    assert check_topic(topic) == check_pattern(topic) == topic


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("", "topic is empty"),
        ("a..b", "a level is empty"),
        ("a b", "only A-Z, a-z, 0-9, _, - and / are allowed"),
        ("a\n", "only A-Z"),
        ("价格", "only A-Z"),
        (LEVEL + "x", "a level has 33 characters, the limit is 32"),
        ("a.b.c.d.e.f.g.h.i", "9 levels, the limit is 8"),
        (".".join([LEVEL] * 7), "230 characters, the limit is 222"),
        ("*", "only A-Z"),
    ],
)
def test_other_names_are_refused(topic, text):
    with pytest.raises(TopicFormatError, match=text):
        check_topic(topic)


@pytest.mark.parametrize("pattern", ["a.>.b", "a*", "", "a..b", "a.b.c.d.e.f.g.h.>", ".".join([LEVEL] * 7)])
def test_patterns_out_of_the_grammar_are_refused(pattern):
    with pytest.raises(TopicFormatError):
        check_pattern(pattern)


@pytest.mark.parametrize("name", ["BTC-USDT", "a/b", "a.b", LEVEL + "x", "system", "*"])
def test_a_namespace_is_one_level_without_dash_and_slash(name):
    with pytest.raises(TopicFormatError, match="namespace"):
        namespace_or_default(name)


def test_a_pattern_of_many_levels_matches_level_by_level():
    assert matches("600000.*.kline.>", "600000.SH.kline.1m")
    assert not matches("600000.*.kline", "600000.SH.kline.1m")
    assert not matches("600000.*.kline.1m.>", "600000.SH.kline.1m")


def test_the_broker_decides_how_many_levels_it_allows(run):
    async def work(clients):
        client = await clients.connected("publisher")
        with pytest.raises(TopicFormatError, match="4 levels, the limit is 3"):
            await client.async_publish("market", "600000.SH.kline.1m", b"x")

    run(work)
