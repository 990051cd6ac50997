"""Decisions of the generation loop: pure, no clock, no database, no broker."""
