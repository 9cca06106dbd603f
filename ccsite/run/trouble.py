"""What stops `make run`, in a sentence for the person who typed it."""


class Trouble(Exception):
    """Its text says what is wrong and what to do; it is printed without a traceback."""
