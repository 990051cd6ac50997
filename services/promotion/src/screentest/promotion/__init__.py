"""Makes a test shot segment 001 of a scene by copying and proving bytes."""
