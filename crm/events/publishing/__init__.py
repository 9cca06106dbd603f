"""The publisher: the one process that writes the log.

Theory of operation. The stream of facts is read from the place that ``Mark`` holds. What a batch makes of the log, the
new place, and the going of ``Pending`` rows are one transaction: whoever is killed in it leaves everything as it was,
and whoever is killed after it finds the place behind what is done. So an event is never lost and never there twice, and
its number follows the one before.

Beside the place ``Mark`` knows of each journal the newest fact that came by. A journal numbers its facts without holes:
where the stream has one (it was cut, or its Redis lost its memory) the facts between are rows by now, and are taken
from there. A fact that is told again has a number that came by already, and is looked up by its key.

After the commit the readers are woken (``crm.events.wake``); a call that is lost costs them a second.
"""
