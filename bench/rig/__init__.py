"""A whole centre on a real switch, people around it, and books that must close: what ``bench/chaos.py`` kills in."""
