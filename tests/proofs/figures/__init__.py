"""Each figure once more, by a statement of its own straight over the raw rows, against what the rollups say."""
