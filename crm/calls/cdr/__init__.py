"""The second road to a record: files that the switch itself writes (mod_json_cdr), also while no daemon listens."""
