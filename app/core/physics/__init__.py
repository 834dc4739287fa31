"""From materials under a beam of X-rays to the spectrum a detector records."""
