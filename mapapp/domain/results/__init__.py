"""What the answers of a room come to: pure functions of positions, for panels, pages and exports.

Positions are `(lat, lng)` in WGS 84 degrees, distances are in metres, and
bearings in degrees clockwise from north. Nothing here makes sentences.
`summary` puts the `parts` together, in the names and units of the wire.
"""
