"""Running batches: scans found, planned within memory, worked on in processes, reported."""
