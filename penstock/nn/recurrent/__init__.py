"""Recurrent networks: cells, what wraps them, and the functions that run them over sequences."""
