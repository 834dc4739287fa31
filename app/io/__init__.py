"""Files: one module per format behind one table."""
