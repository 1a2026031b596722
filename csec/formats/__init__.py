"""How dates, times and numbers are written, by language (FORMAT_MODULE_PATH): the names are used by pages and code."""
