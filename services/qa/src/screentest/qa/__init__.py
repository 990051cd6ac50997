"""Objective checks of every segment, one score, one verdict."""
