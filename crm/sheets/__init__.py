"""Lists as csv and xlsx, out and in. What a person typed never becomes a formula in somebody's office program."""
