"""The doors messages come and go through, one folder per channel."""
