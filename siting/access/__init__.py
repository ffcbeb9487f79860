"""Access: distance and time of travel on the roads, and which roads hang together.

`roads` and `speeds` are what a city says of its roads; `chains`, `crossings`, `ends` and
`network` make a network of the lines, with an account of all that was done to them (`drawing`);
`graph` is what one mode travels, with its parts; `places` joins sites and services to it, `search`
finds ways (`loops`: by the machine code of `paths`, in small networks by `plain_paths`),
`services` the nearest of a role, `matrix` each to each; `account` is what a report says of it all.
docs/access.md has the rules.
"""

from siting.access.account import account_of
from siting.access.graph import Graph, Part, graph_of
from siting.access.matrix import Matrix, ways_between
from siting.access.network import LevelsMeet, Network, Noding, network_of
from siting.access.places import Lack, Places, places_on
from siting.access.roads import RoadColumns, Roads, plain_roads, roads_of, together
from siting.access.search import Measure
from siting.access.services import Direction, Question, Reach, nearest_services
from siting.access.speeds import Mode, SpeedBook, read_speeds

__all__ = [
    "Direction",
    "Graph",
    "Lack",
    "LevelsMeet",
    "Matrix",
    "Measure",
    "Mode",
    "Network",
    "Noding",
    "Part",
    "Places",
    "Question",
    "Reach",
    "RoadColumns",
    "Roads",
    "SpeedBook",
    "account_of",
    "graph_of",
    "nearest_services",
    "network_of",
    "places_on",
    "plain_roads",
    "read_speeds",
    "roads_of",
    "together",
    "ways_between",
]
