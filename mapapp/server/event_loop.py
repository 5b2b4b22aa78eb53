"""The event loop: uvloop's, if it exists for this platform.

Importing this module chooses it for every loop made afterwards.
"""

import asyncio

try:
    import uvloop
except ImportError:
    pass  # Python's own loop does the same with more CPU
else:
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
