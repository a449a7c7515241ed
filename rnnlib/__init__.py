"""Recurrent networks small enough to read."""
