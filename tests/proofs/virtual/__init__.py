"""A world without wires and clocks: gevent on virtual time, sockets, Redis and a disk that exist in memory only.

What is ours runs in it unchanged. `install.virtual()` must be called before anything imports gevent's users.
"""
