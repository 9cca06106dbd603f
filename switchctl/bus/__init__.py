"""The roads: facts to disk and on to Redis, commands and the directory from Redis."""
