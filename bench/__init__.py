"""Benchmarks: what the product claims of itself, measured beside its peers in one run."""
