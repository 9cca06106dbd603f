"""Kill rounds of campaigns: a whole centre dials through its leads while its processes are killed at any moment.

``centre`` has the processes and ``nursery`` what they are forked off; ``people``, ``office``, ``desk`` and ``callers``
are those who work or call meanwhile, ``rows`` is what they begin with; ``books`` and ``floor`` read afterwards,
``laws`` says what must hold of it, ``rounds`` plays: ``python -m tests.proofs.campaigns``. ``mutants`` break it on
purpose. With ``--switch real`` it is a FreeSWITCH (``real``), and dies as well. ``stories``: what is done without any
death.
"""
