"""The grammar of names.

A topic is 1 to 3 levels joined by `.`, a namespace is one level; a level is 1 to 32 characters of `[A-Za-z0-9_]`.
"""

from __future__ import annotations

import re

from .errors import TopicFormatError

LEVEL_MAX_LENGTH = 32
TOPIC_MAX_LEVEL_COUNT = 3
DEFAULT_NAMESPACE = "default"
RESERVED_NAMESPACE = "system"

_level = re.compile(r"[A-Za-z0-9_]+")


def namespace_or_default(namespace: str) -> str:
    """Checks a namespace; an empty one means `default`. Raises a TopicFormatError."""
    _check_text("namespace", namespace)
    name = namespace or DEFAULT_NAMESPACE
    if name == RESERVED_NAMESPACE:
        raise TopicFormatError(f'namespace "{RESERVED_NAMESPACE}" is reserved')
    _check_level(f"namespace {_shown(name)}", name)
    return name


def check_topic(topic: str) -> str:
    """Raises a TopicFormatError that says what is wrong with a topic."""
    for level in _levels("topic", topic):
        _check_level(f"topic {_shown(topic)}", level)
    return topic


def check_pattern(pattern: str) -> str:
    """Raises a TopicFormatError that says why nobody can subscribe to this."""
    levels = _levels("pattern", pattern)
    where = f"pattern {_shown(pattern)}"
    for index, level in enumerate(levels):
        if level == "*":
            continue
        if level == ">":
            if index == len(levels) - 1:
                continue
            raise TopicFormatError(f'{where}: ">" is allowed only as the last level')
        hint = "; a wildcard stands for a whole level" if re.search("[*>]", level) else ""
        _check_level(where, level, hint)
    return pattern


def is_literal(pattern: str) -> bool:
    """True for a pattern without wildcards: it matches one topic."""
    return "*" not in pattern and ">" not in pattern


def matches(pattern: str, topic: str) -> bool:
    """True when a checked pattern matches a topic: `*` is one level, `>` one or more at the end."""
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
    levels = name.split(".")
    if len(levels) > TOPIC_MAX_LEVEL_COUNT:
        count = len(levels)
        raise TopicFormatError(f"{what} {_shown(name)} has {count} levels, the limit is {TOPIC_MAX_LEVEL_COUNT}")
    return levels


def _check_level(where: str, level: str, hint: str = "") -> None:
    if level == "":
        raise TopicFormatError(f"{where}: a level is empty")
    if len(level) > LEVEL_MAX_LENGTH:
        raise TopicFormatError(f"{where}: a level has {len(level)} characters, the limit is {LEVEL_MAX_LENGTH}")
    if _level.fullmatch(level) is None:
        raise TopicFormatError(f"{where}: only A-Z, a-z, 0-9 and _ are allowed{hint}")


def _check_text(what: str, name: object) -> None:
    if not isinstance(name, str):
        raise TopicFormatError(f"{what} is {type(name).__name__}, expected text")


def _shown(name: str) -> str:
    text = f"{name[:120]}..." if len(name) > 120 else name
    return f'"{text}"' if text.isprintable() else ascii(text)
