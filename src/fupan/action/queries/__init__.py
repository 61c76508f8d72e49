"""Questions about actions."""
