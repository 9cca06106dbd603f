"""Django wiring of Switchdesk: settings, addresses, ASGI, Celery. No business here."""
