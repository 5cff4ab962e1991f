"""The live screen: look through everything, and act on what is looked at.

listings   what a tab shows: ids in their order, rows of the few that are seen
grid       a table of any length, of which only the lines on the screen are read
app        tabs, filter, keys, and the look at whether the ledger has moved on
shown      one commitment: facts, figure against even progress, the quote in its letter, history
keys       what each key does, and where
desk       where things are done, and taken back
acts       what can be done, by the functions that the commands call
form       a few fields to fill in
"""

from tracker.dashboard.app import Dashboard

__all__ = ["Dashboard"]
