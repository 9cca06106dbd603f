"""What is counted, and the figures that are computed from it. Pure: no row is read here."""
