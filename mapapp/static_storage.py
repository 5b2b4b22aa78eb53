"""Static files under names that carry a hash of what is in them."""

from __future__ import annotations

from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; the imports inside JavaScript modules are rewritten too.

    So a browser may keep every file for ever, and a page never mixes modules
    of two versions.
    """

    support_js_module_import_aggregation = True
    # Each pass settles the names of one more layer of modules.
    max_post_process_passes = 16
