"""Networks from spectra to colours and elements, each a small module of its own."""
