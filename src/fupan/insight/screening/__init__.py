"""Looking for trouble: what is counted, where alarms come from, and which slice explains them."""
