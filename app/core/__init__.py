"""The science: arrays in, arrays out; no files, no Qt, no threads, no globals."""
