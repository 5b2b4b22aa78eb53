"""The operator's own street map: a PMTiles file in the data folder, for rooms without internet."""
