"""What open streams have read for them."""

from crm.reading import Reading

streams = Reading("events")
