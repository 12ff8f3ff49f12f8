"""The base of the sections of a configuration, and settings that have a new name."""

from __future__ import annotations

import dataclasses
import functools
import warnings
from collections.abc import Callable
from typing import Any, TypeVar


class Section:
    """A section of the YAML file, as a dataclass."""

    def changed(self) -> dict[str, object]:
        """Returns the settings that differ from their defaults. Environment variables may still give the others."""
        unchanged = type(self)()
        return {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)  # type: ignore[arg-type]  # every section is a dataclass
            if getattr(self, field.name) != getattr(unchanged, field.name)
        }


AnySection = TypeVar("AnySection", bound=Section)


def renamed(**new_names: str) -> Callable[[type[AnySection]], type[AnySection]]:
    """A decorator for a section: its settings have these old names too, with a DeprecationWarning. pulse-mq 0.3.0 has them."""

    def add_old_names(section: type[AnySection]) -> type[AnySection]:
        make: Any = section.__init__

        @functools.wraps(make)
        def make_of_old_names(self: AnySection, **values: object) -> None:
            for old in [name for name in values if name in new_names]:
                _rename(values, old, new_names[old])
            make(self, **values)

        section.__init__ = make_of_old_names  # type: ignore[method-assign, assignment]
        for old, new in new_names.items():
            setattr(section, old, _alias(new))
        return section

    return add_old_names


def _rename(values: dict[str, object], old: str, new: str) -> None:
    if new in values:
        raise TypeError(f"{old} is the old name of {new}, and both are given; leave {old} out")
    # The third frame is the call that makes the section.
    warnings.warn(f"{old} has the new name {new}; the old name still works", DeprecationWarning, stacklevel=3)
    values[new] = values.pop(old)


def _alias(new: str) -> property:
    return property(
        lambda self: getattr(self, new), lambda self, value: setattr(self, new, value), doc=f"The same as `{new}`."
    )
