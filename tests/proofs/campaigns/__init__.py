"""Kill rounds of campaigns: a whole centre dials through its leads while its processes are killed at any moment.

``centre`` has the processes, ``people`` what agents and managers do meanwhile, ``rows`` what they begin with, ``books``
what is read afterwards, ``laws`` what must hold of it, ``rounds`` the play; ``python -m tests.proofs.campaigns`` plays.
"""
