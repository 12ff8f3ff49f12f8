"""The grammar of namespaces, topics and patterns.

A topic is 1 to 8 levels joined by `.`, of which a broker allows 3 unless it is set otherwise, and has up to 222 characters. A level is 1
to 32 characters of `[A-Za-z0-9_/-]`, such as `BTC-USDT` or `EUR/USD`. A namespace is one level without `/` and `-`. In a pattern `*` stands
for one whole level, and `>` as the last level for one or more.
"""

from __future__ import annotations

import re

from .errors import TopicFormatError

LEVEL_MAX_LENGTH = 32
#: The most that a broker can allow. What it allows (limits.topic_levels) is for the broker to check.
TOPIC_MAX_LEVEL_COUNT = 8
#: With its namespace a topic of this length fits a short frame of 255 bytes.
TOPIC_MAX_LENGTH = 222
DEFAULT_NAMESPACE = "default"
RESERVED_NAMESPACE = "system"

_namespace = re.compile(r"[A-Za-z0-9_]+")
_level = re.compile(r"[A-Za-z0-9_/-]+")


def namespace_or_default(namespace: str) -> str:
    """Returns the checked namespace, `default` for an empty one. Raises a TopicFormatError."""
    _check_text("namespace", namespace)
    name = namespace or DEFAULT_NAMESPACE
    if name == RESERVED_NAMESPACE:
        raise TopicFormatError(f'namespace "{RESERVED_NAMESPACE}" is reserved for the broker')
    where = f"namespace {_shown(name)}"
    _check_length(where, name)
    if _namespace.fullmatch(name) is None:
        raise TopicFormatError(f"{where}: only A-Z, a-z, 0-9 and _ are allowed")
    return name


def check_topic(topic: str) -> str:
    """Returns the checked topic. Raises a TopicFormatError."""
    for level in _levels("topic", topic):
        _check_level(f"topic {_shown(topic)}", level)
    return topic


def check_pattern(pattern: str) -> str:
    """Returns the checked pattern. Raises a TopicFormatError."""
    levels = _levels("pattern", pattern)
    where = f"pattern {_shown(pattern)}"
    for index, level in enumerate(levels):
        if level == "*":
            continue
        if level == ">":
            if index == len(levels) - 1:
                continue
            raise TopicFormatError(f'{where}: ">" is allowed only as the last level')
        hint = "; a wildcard must be a whole level" if re.search("[*>]", level) else ""
        _check_level(where, level, hint)
    return pattern


def is_literal(pattern: str) -> bool:
    """Returns True for a pattern without wildcards, which matches one topic only."""
    return "*" not in pattern and ">" not in pattern


def matches(pattern: str, topic: str) -> bool:
    """Returns True when a checked pattern matches a topic."""
    wanted = pattern.split(".")
    levels = topic.split(".")
    for index, want in enumerate(wanted):
        if want == ">":
            return len(levels) > index
        if index >= len(levels) or want not in ("*", levels[index]):
            return False
    return len(wanted) == len(levels)


def _levels(what: str, name: str) -> list[str]:
    _check_text(what, name)
    if name == "":
        raise TopicFormatError(f"{what} is empty")
    if len(name) > TOPIC_MAX_LENGTH:
        raise TopicFormatError(f"{what} {_shown(name)} has {len(name)} characters, the limit is {TOPIC_MAX_LENGTH}")
    levels = name.split(".")
    if len(levels) > TOPIC_MAX_LEVEL_COUNT:
        count = len(levels)
        raise TopicFormatError(f"{what} {_shown(name)} has {count} levels, the limit is {TOPIC_MAX_LEVEL_COUNT}")
    return levels


def _check_level(where: str, level: str, hint: str = "") -> None:
    _check_length(where, level)
    if _level.fullmatch(level) is None:
        raise TopicFormatError(f"{where}: only A-Z, a-z, 0-9, _, - and / are allowed{hint}")


def _check_length(where: str, level: str) -> None:
    if level == "":
        raise TopicFormatError(f"{where}: a level is empty")
    if len(level) > LEVEL_MAX_LENGTH:
        raise TopicFormatError(f"{where}: a level has {len(level)} characters, the limit is {LEVEL_MAX_LENGTH}")


def _check_text(what: str, name: object) -> None:
    if not isinstance(name, str):
        raise TopicFormatError(f"{what} is {type(name).__name__}, expected str")


def _shown(name: str) -> str:
    text = f"{name[:120]}..." if len(name) > 120 else name
    return f'"{text}"' if text.isprintable() else ascii(text)
