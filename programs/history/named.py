"""The names of rows that copies point at: a query or two a table for a whole page of copies."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Model
from django.utils.translation import gettext as _


class Names:
    """What rows are called now, or were called last where they are gone."""

    def __init__(self, wanted: Iterable[tuple[type[Model], Any]] = ()) -> None:
        """Looks up these rows at once: tables and primary keys, None among them or not."""
        keys: dict[type[Model], set[Any]] = defaultdict(set)
        for model, key in wanted:
            if key is not None:
                keys[model].add(key)
        self._names = {model: _names(model, some) for model, some in keys.items()}

    def of(self, model: type[Model], key: Any) -> str:
        """ "" for no key at all."""
        if key is None:
            return ""
        if key not in self._names.setdefault(model, {}):
            self._names[model] |= _names(model, {key})
        return self._names[model][key]


def _names(model: type[Model], keys: set[Any]) -> dict[Any, str]:
    names: dict[Any, str] = {row.pk: str(row) for row in model._base_manager.filter(pk__in=keys)}
    gone = keys - set(names)
    if gone and hasattr(model, "history"):
        pk = model._meta.pk.attname
        last = (
            model.history.filter(**{f"{pk}__in": gone}).order_by().values(pk).annotate(at=Max("history_id"))
        )
        for copy in model.history.filter(history_id__in=last.values("at")):
            names[getattr(copy, pk)] = str(copy.instance)
    return names | {key: _("no longer here (number %s)") % key for key in keys - set(names)}
