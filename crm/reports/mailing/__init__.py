"""Saved reports by mail, again and again.

Theory of operation. A mailing knows when it is due next. A task finds those that are due and makes a run for each
recipient, which is unique for its mailing, due time and recipient; in the same transaction the next due time is set. Of
several due times that went by while the centre was down only the last is made up for. Then the runs are worked off one
by one: the report is drawn as its recipient may see it, in her language, and mailed. What fails is tried again later,
a few times. Before the mail server is spoken to the run says ``sending`` and is committed: if the worker dies there,
nobody knows whether the mail went, so it is not sent again, and the page says so.
"""
