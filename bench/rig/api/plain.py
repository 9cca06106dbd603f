"""The product's own settings with one page more: the same rows by a plain view, which is what ours is measured against.

A program that needs nothing but the newest calls could be answered so: no token, no limit, no data scope, no ETag, all
fields as they lie in the row.
"""

from ccsite.settings import *  # noqa: F403  all of them

ROOT_URLCONF = "bench.rig.api.plain_urls"
