"""Rows of large files, one after the other: memory stays flat however many there are.

``Rows`` is what both forms give. A file is on disk; its rows are read from the beginning each time.
"""
