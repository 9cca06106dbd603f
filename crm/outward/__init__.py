"""Requests of ours to addresses that people typed: webhooks, lookups.

Theory of operation. Whoever may type an address here could make the centre ask its own network: the database's host, a
metadata service, the switch. So an address is resolved once, every address that comes of it is looked at
(``addresses``), and the connection goes to what was looked at (``client``), whatever the name says a moment later. No
redirect is followed, no proxy of the environment is used, and the whole has one time limit. What lies in
OUTWARD_ALLOWED is allowed all the same, for systems of the house.
"""
