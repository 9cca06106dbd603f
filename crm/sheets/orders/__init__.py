"""Files that somebody orders: the row is the order, a task finds it and writes, who ordered it fetches the file.

Calls and reports are written this way. ``rows`` is the model that their orders inherit, ``asking`` makes and cancels
one, ``shelf`` keeps the files, ``writing`` writes them, ``handing`` hands them out.
"""
