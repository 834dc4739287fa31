"""Clusters of the spectra of a scan: features, K-Means, how many, and what they hold."""
