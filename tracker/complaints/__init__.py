"""What is wrong, in Chinese: errors are raised in English by code that knows no language, and whoever
shows one (the command line, the live screen) looks it up here.

lines     the table, and looking up
database  its rows on what stands against the database
reasons   its rows on why a file, page or list is not taken
system    its rows on what the system, the network and its certificates say
"""

from tracker.complaints.lines import in_chinese

__all__ = ["in_chinese"]
