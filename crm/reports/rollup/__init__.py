"""Half-hours, days and months of what happened: marked by whoever changes it, counted anew by one loop, for reports.

Theory of operation. Triggers on the tables of calls write, in the transaction of each change, a mark: which queue,
agent or trunk, and the times that were touched, before and after. So it does not matter who changes rows: recorder,
import, erasure, restore. The loop (``roll_up``) reads marks, counts each marked half-hour anew from the rows by one
statement per table, then the days from their half-hours, and deletes the marks that it read, all in one transaction.
It sees at least what the writers of these marks committed; a mark made meanwhile stays for the next round. If it is
killed, nothing of the round has happened. Where nothing is marked it closes months that are over (``months``).

Rows of which the count hangs on others (a visit on the call's other visits and on earlier calls of the number) are not
looked for by the trigger, which would cost the writer most, but by the loop (``expanding``), from the ids of calls in
the mark. Of two writers that do not see each other's rows, each marks; the round that works the later mark off sees
both. What a row was before is named in the mark of its change, as nobody could look it up any more.

Two reports ask what half-hours of queues, agents and trunks do not tell: calls by outcome, queue and number dialled,
and talks by their length. These have days of their own (``cubes``), counted anew from the rows of an agent's day.
"""
