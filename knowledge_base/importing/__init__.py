"""Files of articles: one module for each format, exposing SUFFIXES and `read(path) -> Iterator[Draft | RowError]`."""
