"""Records in and out of files: CSV and XLSX with the headings that people use in, JSON lines out."""
