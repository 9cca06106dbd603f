"""What happens, told to other programs: one log of events that streams and webhooks read.

Theory of operation. A fact of the daemon, or a change that the CRM wrote into ``Pending`` in the transaction of the
change, becomes an ``Event`` with the next number. One publisher at a time writes the log (``publishing``), so the order
of numbers is the order of commits, and whoever has seen number n asks for what is after n and misses nothing. What a
token may see of an event is decided when it is told (``sight``).
"""
