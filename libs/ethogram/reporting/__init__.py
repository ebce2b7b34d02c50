"""Reports that travel: one page, and tables for other programs. Values in, text out: nothing is looked up here."""

from ethogram.reporting.figures import FIGURES, figure_svg
from ethogram.reporting.inspect_log import inspect_log
from ethogram.reporting.junit import junit_of
from ethogram.reporting.page import MOST_BYTES, WHOLE, page_of
from ethogram.reporting.rows import COLUMNS, csv_lines, json_lines, write_hugging_face, write_parquet

__all__ = [
    "COLUMNS",
    "FIGURES",
    "MOST_BYTES",
    "WHOLE",
    "csv_lines",
    "figure_svg",
    "inspect_log",
    "json_lines",
    "junit_of",
    "page_of",
    "write_hugging_face",
    "write_parquet",
]
