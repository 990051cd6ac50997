"""All SQL of the dispatcher, by noun. Functions run inside the caller's transaction.

Lock order, so that two transactions never wait for each other: a run's name, its scene's name, run
rows, the release lock; under the release lock nothing waits (rows are taken with `skip locked`).
"""
