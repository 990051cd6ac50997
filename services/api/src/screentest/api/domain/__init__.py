"""What the catalogue consists of and what may be decided about it; pure."""
