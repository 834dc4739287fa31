"""How alike two scans or two pictures are."""
