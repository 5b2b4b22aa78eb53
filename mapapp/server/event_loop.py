"""The event loop: uvloop's, where there is one for this platform.

Importing this chooses it for every loop that is made from then on.
"""

import asyncio

try:
    import uvloop
except ImportError:
    pass  # Python's own does the same with more CPU
else:
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
