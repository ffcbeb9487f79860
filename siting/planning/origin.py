"""Of which city and report a plan is, in the words of its people."""

from __future__ import annotations

from siting.city import City
from siting.model import Atlas, Release, Report, Text
from siting.planning.records import Origin
from siting.report import identity
from siting.suggest.wording import NOT_COMPARED


def origin_of(city: City, atlas: Atlas, report: Report) -> Origin:
    """Return what stands in the head of every output of a plan.

    Parameters
    ----------
    city, atlas, report
        Those that the plan was made of.

    Returns
    -------
    Origin
        Marked as the city marks its results, else as internal as soon as parcels are not
        public. Its titles are of the report's rules, of matters
        never on a map, and of the filters that may be incomparable.
    """
    rows = atlas.district_rows
    codes, names = rows.ids(), rows.texts_at("feature_name", rows.every)
    parcels = atlas.release_of("parcel")
    mark = Text("") if parcels is Release.PUBLIC else Text("内部资料", "Internal material")
    return Origin(
        city=report.city,
        rule_book=report.rule_book,
        report_identity=identity(report),
        secrecy=Text(city.secrecy_mark) if city.secrecy_mark else mark,
        district_names={str(code): name for code, name in zip(codes, names, strict=True)},
        titles={
            **NOT_COMPARED,
            **{rule.code: rule.title for rule in report.rules},
            **{matter.code: matter.title for matter in city.off_map},
        },
        parcels=parcels,
    )
