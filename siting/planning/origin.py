"""Of which city and report a plan is, in the words of its people."""

from __future__ import annotations

from siting.city import City
from siting.errors import ConfigError
from siting.model import Atlas, Release, Report, Text
from siting.planning.records import CityPlan, Origin
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


def require_same_report(plan: CityPlan, report: Report) -> None:
    """Refuse a plan that was made of other data, or under other rules, than a report.

    Raises
    ------
    ConfigError
        When the plan is of another report: what is told of both would belong to neither.
    """
    found = identity(report)
    if plan.origin.report_identity == found:
        return
    raise ConfigError(
        "计划与报告不是同一数据：图层、红线、规则库或基准日不同 / the plan is of another report: "
        "other layers, red lines, rules or date",
        expected=f"a plan of the report {found}",
        found=plan.origin.report_identity or "a plan of no report",
        next_step="plan anew (siting plan, siting run), or give the data and the date of the plan",
    )
