"""Questions to problems and meetings."""
