"""Fupan: after-sales review that closes the loop with a number."""
