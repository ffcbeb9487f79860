from .worths import Criterion, Profile


def lin(name, kind, worst, best, weight, **m):
    return Criterion(
        name,
        weight,
        {"kind": kind, **m},
        {"kind": "linear", "unit": "-", "worst": worst, "best": best},
    )


GENERAL = Profile(
    "general",
    (
        lin("distance_m", "present_distance", 5000, 0, 20),
        lin("same_district", "same_district", 0, 1, 10),
        lin("road_m", "distance", 500, 0, 10, roles=["road"]),
        lin("metro_m", "distance", 2000, 300, 10, roles=["metro_station"]),
        lin("area_deviation", "area_deviation", 1, 0, 15),
        lin("acquisition", "acquisition", 0, 1, 10),
        lin("plan_state", "plan_state", 0, 1, 10),
        lin("compactness", "compactness", 0.2, 0.785, 5),
        lin("burden", "burden", 3, 0, 10),
    ),
)
