"""Executes a notebook with nbclient and prints the seconds that took, imports not counted."""
import sys
import time

import nbclient
import nbformat

notebook = nbformat.read(sys.argv[1], as_version=4)
begin = time.perf_counter()
nbclient.NotebookClient(notebook, kernel_name="gonb", timeout=300).execute()
print(time.perf_counter() - begin)
