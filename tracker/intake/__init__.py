"""From bytes to rows, one file or ten thousand. Stands behind the store, before follow-up.

files       paths and folders → files in a fixed order; what is left out, and why
items       a file → bytes, name and origin: what everything below works on
extracting  bytes → letters read and searched; pure, and where one file becomes several
worker      the child process that does so, bounded in time and memory
pool        worker processes: fed, watched, replaced
cluster     the same on a Dask cluster
writing     letters → rows, several in one transaction
batch       all of it in order: skips what is known, writes what is new

watch, siteindex, links, published  what sites publish: index, letters on and behind a page
workbook, sheets, columns, cells    a table as an office saves it → lines, headings, meanings
officetables, linktables            what such a table holds: units, deputies, suggestions; links
"""
