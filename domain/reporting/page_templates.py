"""The templates of all published pages, ready to be rendered.

Belongs here: how templates are found and escaped. Does not belong here: which pages there are and what they show.
"""

from collections.abc import Callable
from functools import cache

import jinja2

from domain.reporting.display import exact, shown


@cache
def environment(**filters: Callable[..., str]) -> jinja2.Environment:
    """Templates with escaping always on; a name that a template misspells is an error, never a blank.

    Args:
        filters: filters of the caller's own, beside ``shown`` and ``exact``.
    """
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("domain.reporting", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"shown": shown, "exact": exact, **filters}
    return made
