"""Maps: offline pages for the city and for each district (the only room with folium)."""

from siting.mapping.frame import render_page
from siting.mapping.scene import Scene, city_scene, district_scene
from siting.mapping.subject import Planned
from siting.mapping.write import write_maps

__all__ = ["Planned", "Scene", "city_scene", "district_scene", "render_page", "write_maps"]
