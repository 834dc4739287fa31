"""Teaching networks: data, architectures, training, evaluation, export; needs the extra `train`."""
