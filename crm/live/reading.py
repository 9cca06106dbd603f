"""What open pages have read for them."""

from crm.reading import Reading

open_pages = Reading("live")
