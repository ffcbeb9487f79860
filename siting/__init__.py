"""siting: check red lines, suggest sites, draw the maps, hand over to the districts."""
