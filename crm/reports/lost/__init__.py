"""Lost calls: who was not served, whether she was reached since, and what is still to be done."""
