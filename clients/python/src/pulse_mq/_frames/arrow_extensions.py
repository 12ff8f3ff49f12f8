"""Extension types of Arrow: a name on top of another type, the storage. Who reads the storage alone reads something else.

They become the type that they mean, stay where every reader keeps them, or are refused by name.
"""

from __future__ import annotations

from typing import Any

#: Extensions that pandas and pyarrow read back, as columns. A UUID is a `uuid.UUID` in both.
KEPT_BY_PANDAS = frozenset({"arrow.uuid", "pandas.period", "pandas.interval"})


def is_extension(pa: Any, kind: Any) -> bool:
    """Returns True for an extension type."""
    return isinstance(kind, pa.BaseExtensionType)


def meaning_of(pa: Any, kind: Any) -> Any:
    """Returns the plain type that has the same values as an extension type. The extension type itself if there is none."""
    if kind.extension_name == "arrow.bool8":
        return pa.bool_()
    if kind.extension_name == "arrow.json":
        return kind.storage_type
    return kind


def foreign_extension(pa: Any, kind: Any, kept: frozenset[str]) -> str | None:
    """Returns the name of the first extension in a type that is not kept. Inside of lists and structs none is: pandas reads the storage."""
    if is_extension(pa, kind):
        name: str = kind.extension_name
        return None if name in kept else name
    if pa.types.is_dictionary(kind):
        return foreign_extension(pa, kind.value_type, frozenset())
    names = (foreign_extension(pa, kind.field(at).type, frozenset()) for at in range(kind.num_fields))
    return next((name for name in names if name is not None), None)
