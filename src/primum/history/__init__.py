"""The contact history: every contact, response and state in Parquet buckets, sorted by customer and instant.

Owns the layout, the manifest, the build and the reading of buckets. Refuses to judge and to know what a figure means.
"""

from primum.history.build import Reading, build_history
from primum.history.read import Bucket, History

__all__ = ["Bucket", "History", "Reading", "build_history"]
