"""From facts to rows.

Theory of operation. The stream tells each fact at least once and, after faults, out of order; the rows must come out
the same whatever was repeated or reordered, and however the facts fell into batches. So nothing is counted up.
A batch is folded (``fold``) into proposals for columns; columns that belong together form a *group* with a rank and a
time, and of two proposals for a group the one with the smaller (rank, time, values) wins (``tables``): the first
start, the first end, what was seen before what was inferred. Taking the smaller of two is commutative, associative
and idempotent, and so is the result. What depends on several rows (waiting and talking time of a call, the ends of
agents' states, parts left open by a call that is over) is computed anew from the rows touched (``derive``).

A batch is one transaction (``write``): COPY into temporary tables, then a handful of set-based statements. Entries
are acknowledged after the commit (``recorder``), and only then is the journal's mark raised (``marks``), up to which
the daemon forgets. A batch that the database refuses is halved until the entry that it refuses stands alone and goes
to the dead letters with the reason.
"""
