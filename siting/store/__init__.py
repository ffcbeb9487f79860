"""What is kept between runs: entries of arrays and tables in a folder beside the city.

The store knows no layer and no rule. An entry is one file, written whole or not at all; each
of its bytes has a checksum that is verified before the byte is used (:mod:`siting.store.entry`).
A damaged, half or foreign entry is as good as none: it is removed, and whoever asked makes it
anew. Nothing here is needed for a right answer, so nothing here ever fails a job.
"""

from siting.store.columns import Column, PlainColumn
from siting.store.entry import DamagedEntryError, Entry
from siting.store.place import FOLDER_NAME, user_cache_folder
from siting.store.room import Kept, Store
from siting.store.sources import code_sha256
from siting.store.stamps import Stamps, Trust

__all__ = [
    "FOLDER_NAME",
    "Column",
    "DamagedEntryError",
    "Entry",
    "Kept",
    "PlainColumn",
    "Stamps",
    "Store",
    "Trust",
    "code_sha256",
    "user_cache_folder",
]
