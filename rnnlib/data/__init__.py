"""The data of the book: small, made or shipped here, the same on every machine."""
