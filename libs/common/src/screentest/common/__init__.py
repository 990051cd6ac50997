"""What every service shares and none owns: contracts, messaging, storage and start-up.

Must never import a service, and must never know what a shot costs or looks like.
"""
