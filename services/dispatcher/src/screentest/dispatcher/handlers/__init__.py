"""What the dispatcher does about an event: load, decide, record, in the caller's transaction.

Every handler that may add work or free a slot ends with `release`.
"""
