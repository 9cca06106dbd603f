"""The audit for other programs."""
