"""Maps: offline pages for the city and for each district (the only room with folium)."""

from siting.mapping.frame import render_page
from siting.mapping.heading import MapOptions, district_codes, dressed
from siting.mapping.scene import Scene, city_scene, district_scene
from siting.mapping.subject import Planned
from siting.mapping.write import write_district_maps, write_maps

__all__ = [
    "MapOptions",
    "Planned",
    "Scene",
    "city_scene",
    "district_codes",
    "district_scene",
    "dressed",
    "render_page",
    "write_district_maps",
    "write_maps",
]
