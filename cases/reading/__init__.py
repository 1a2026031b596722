"""What the pages show of the rows: read once, in a bounded number of queries, and only what one may see."""
