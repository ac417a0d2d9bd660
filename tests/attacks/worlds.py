"""One world with a row of every kind, and the address of each page for it."""

from typing import Any

from django.apps import apps
from django.urls import reverse

from programs.confirming import links
from tests.attacks.addresses import Address, every
from tests.programs.admin.test_matrix import DOORS, args_of
from tests.programs.admin.worlds import World

COUNTED = {"Tries", "DeskSession", "Session", "ContentType", "Permission"}
"""Tables that may change though nothing was taken: how often somebody tried, and who is signed in."""


def paths(world: World) -> dict[str, tuple[Address, str]]:
    """By the full name of each address: the pattern, and a path at which this world has something."""
    token = links.make(world.center, by=world.someone)[1]
    values = {
        "state": world.state.lower(),
        "part": "1",
        "language": "en",
        "version": "v1",
        "number": "1",
        "slug": world.center.slug,
        "short_id": world.center.short_id,
        "token": token,
        "wanted": str(world.program.public_id),
        "code": "levels",
    }
    found = {}
    for one in every():
        name = one.name.removeprefix("admin:")
        if one.is_desk and name and name not in DOORS:
            found[one.name] = (one, reverse(one.name, args=args_of(name, world)))
        elif not one.is_desk:
            found[one.name] = (one, one.path(values))
    return found


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that keeps what somebody did."""
    return {
        model.__name__: sorted(model._default_manager.values_list(), key=repr)
        for model in apps.get_models()
        if model.__name__ not in COUNTED
    }
