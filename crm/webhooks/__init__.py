"""Events sent to other programs as signed HTTP requests.

Theory of operation. A webhook is a place in the log of events: ``position`` is the number of the last event that was
dealt with, so sending goes on where it stood, whatever died. One process sends (``sender``), with one lane for each
webhook: a lane sends one request after the other, in the order of the log, so a receiver sees the events of a call in
their order, and a receiver that hangs stops its own lane only. What was sent and not yet noted when the process died
is sent again: at least once, with an id by which a receiver knows it. What a receiver does not take for 24 hours, or
refuses as wrong, becomes an ``Undelivered``, which can be seen and sent again.
"""
