"""Making a plan: gather the options, pose the problem, solve it, say what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from siting import allocate
from siting.allocate import Cost, Kind, Move, Problem, Reason, cost_of_lock, passed_over
from siting.check import Memory
from siting.city import City
from siting.errors import ProblemsError
from siting.load.words import listed
from siting.model import NO_TEXT, Option, Project, Report, Text
from siting.planning.choices import Choices, choices_of, named_sites
from siting.planning.inputs import notes_of_inputs, require_known
from siting.planning.origin import origin_of
from siting.planning.problem import Posed, counted, pose
from siting.planning.records import Block, CityPlan, Decision, PlanRow, QuotaUse
from siting.planning.wording import worded
from siting.study import Study
from siting.suggest import Asked, Pools, pools_of


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """How a plan is sought.

    ``decisions`` are locks, refusals and sold land. ``previous`` is the plan before, a site per
    project: it is mended with the fewest changes, or, with ``is_fresh``, only decides among plans
    that are equally good. None takes time and gap from city.toml.
    """

    decisions: tuple[Decision, ...] = ()
    previous: Mapping[str, str] = field(default_factory=dict)
    is_fresh: bool = False
    time_limit_s: float | None = None
    relative_gap: float | None = None
    memory: Memory | None = None
    notes: tuple[Text, ...] = ()
    """What is to be told of the decisions."""


def make_plan(study: Study, report: Report, options: PlanOptions | None = None) -> CityPlan:
    """Return one plan for the projects at the stages of ``[suggest]``: no land twice.

    Parameters
    ----------
    study
        The city; its ``[plan]`` has quotas, separations and how long to look.
    report
        On the present red lines, with the corrected ones (``repairs``): each is an option.
    options
        Decisions, the plan before, how to look.

    Raises
    ------
    ProblemsError
        Decisions, locks and quotas that contradict each other, or are about what is not there: all
        of them at once.
    ReadError, ConfigError, SchemaError
        As :func:`siting.suggest.suggest`.
    """
    options = options or PlanOptions()
    atlas, city = study.atlas, study.city
    require_known(city, atlas)
    asked = Asked(named_sites(options.decisions, options.previous), options.memory)
    pools = pools_of(atlas, study.rule_book, report, city=city, as_of=study.as_of, asked=asked)
    choices, problems = choices_of(options.decisions, pools)
    posed = pose(pools, atlas, city=city, choices=choices, previous=options.previous)
    problems = [*problems, *allocate.contradictions(posed.problem)]
    if problems:
        raise ProblemsError(
            "计划的输入互相矛盾或有误 / The inputs of the plan contradict each other or are wrong",
            problems,
        )
    maker = _Maker(posed, pools, choices, city, _solver_options(city, options), options)
    plan, moves = maker.solved()
    made = CityPlan(
        rows=maker.rows(plan, moves, {project.id: project for project in atlas.projects}),
        stages=plan.stages,
        gap=plan.gap,
        is_proved=plan.is_proved,
        crs=city.crs,
        as_of=study.as_of,
        quotas=maker.quotas(plan),
        decisions=options.decisions,
        left_out=pools.left_out,
        notes=(*notes_of_inputs(city, atlas), *options.notes, *posed.notes, *maker.notes()),
        origin=origin_of(city, atlas, report),
        places={option.site.id: option.site.geometry for option in posed.options},
    )
    return worded(made)


def _solver_options(city: City, options: PlanOptions) -> allocate.Options:
    spec = city.plan
    limit, gap = options.time_limit_s, options.relative_gap
    time_limit_s = spec.time_limit_s if limit is None else limit
    return allocate.Options(
        time_limit_s=time_limit_s,
        relative_gap=spec.relative_gap if gap is None else gap,
        explain_limit_s=time_limit_s,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Maker:
    """Solves what was posed and says what it means."""

    posed: Posed
    pools: Pools
    choices: Choices
    city: City
    effort: allocate.Options
    options: PlanOptions

    @property
    def problem(self) -> Problem:
        return self.posed.problem

    @property
    def is_mended(self) -> bool:
        """True where the plan before is to be kept as far as can be."""
        return bool(self.options.previous) and not self.options.is_fresh

    def solved(self) -> tuple[allocate.Plan, Mapping[str, Move]]:
        """Return the plan, and how projects come to stand elsewhere than in the one before."""
        if self.is_mended:
            mended = allocate.replan(self.problem, self.effort)
            return mended.plan, {move.project_id: move for move in mended.moves}
        plan = allocate.solve(self.problem, self.effort)
        return plan, dict(self._moves(plan))

    def _moves(self, plan: allocate.Plan) -> list[tuple[str, Move]]:
        """Return what differs from the plan before where nobody asked to keep it."""
        found = []
        for project_id, former in sorted(self.options.previous.items()):
            present = plan.assignments.get(project_id, "")
            if former != present and project_id in self.problem.places:
                found.append((project_id, Move(project_id, former, present)))
        return found

    def rows(
        self,
        plan: allocate.Plan,
        moves: Mapping[str, Move],
        projects: Mapping[str, Project],
    ) -> tuple[PlanRow, ...]:
        """Return a row per project, by its id."""
        passed = passed_over(self.problem, plan)
        unplaced = {one.project_id: one for one in plan.unplaced}
        rows = []
        for project_id, options in sorted(self.pools.options.items()):
            by_site = {option.site.id: option for option in options}
            left = unplaced.get(project_id)
            obstacles = left.obstacles if left else passed.get(project_id, {})
            reasons = left.reasons if left else None
            row = PlanRow(
                project=projects[project_id],
                considered=len(options),
                option=by_site.get(plan.assignments.get(project_id, "")),
                best=self._best(project_id, options),
                regret=plan.regrets[project_id] / 100,
                is_cut_short=project_id in self.pools.cut_short,
                blocks=None if reasons is None else self._blocks(project_id, reasons),
                obstacles={s: self._blocks(project_id, found) for s, found in obstacles.items()},
                former_site_id=self.options.previous.get(project_id, ""),
                former_closed=self._closed_former(project_id),
                move=moves.get(project_id),
                lock=self.choices.lock_of.get(project_id),
                lock_cost=self._lock_cost(project_id, plan),
                note=self.pools.notes.get(project_id, NO_TEXT),
                blocked_by=self.pools.blocked.get(project_id),
            )
            rows.append(row)
        return tuple(rows)

    def _best(self, project_id: str, options: Sequence[Option]) -> Option | None:
        """Return the best option that is open to a project."""
        first = int(self.problem.starts[self.problem.places[project_id]])
        is_open = [not self.problem.closed(first + at) for at in range(len(options))]
        open_ones = [option for option, is_so in zip(options, is_open, strict=True) if is_so]
        return max(open_ones, key=lambda option: option.points, default=None)

    def _blocks(self, project_id: str, reasons: Sequence[Reason]) -> tuple[Block, ...]:
        """Return reasons as blocks; what closes a site already has its words."""
        is_closing = {Kind.FORBIDDEN, Kind.PROMISED}
        return tuple(
            Block(
                reason.kind,
                reason.name,
                self.posed.said.get((project_id, reason.name), NO_TEXT)
                if reason.kind in is_closing
                else NO_TEXT,
            )
            for reason in reasons
        )

    def _closed_former(self, project_id: str) -> Text:
        """Return why a project may not have its former site any more, where it may not."""
        former = self.options.previous.get(project_id, "")
        return self.posed.said.get((project_id, former), NO_TEXT)

    def _lock_cost(self, project_id: str, plan: allocate.Plan) -> Cost | None:
        if project_id not in self.choices.locks:
            return None
        effort = replace(self.effort, keeps_first=self.is_mended)
        return cost_of_lock(self.problem, plan, project_id, effort)

    def quotas(self, plan: allocate.Plan) -> tuple[QuotaUse, ...]:
        """Return how much of each quota the plan uses."""
        chosen = [
            self.problem.position(project_id, site) for project_id, site in plan.assignments.items()
        ]
        return tuple(
            QuotaUse(spec, *counted(self.posed, spec, chosen)) for spec in self.city.plan.quotas
        )

    def notes(self) -> tuple[Text, ...]:
        """Say which decisions change nothing, and who of the plan before takes no part now."""
        idle = (
            Text(
                f"决定“{one.site}”（{one.source}）不涉及任何候选用地",
                f"the decision about {one.site} ({one.source}) touches no candidate",
            )
            for one in self.choices.idle
        )
        return (*idle, *self._strangers())

    def _strangers(self) -> Iterator[Text]:
        """Say which projects of the plan before this one does not plan: nothing keeps their sites.

        A plan of another city, or of a ledger of long ago, would else go unnoticed.
        """
        gone = sorted(set(self.options.previous) - set(self.pools.options))
        if gone:
            yield Text(
                f"上一版计划中有 {len(gone)} 个项目本次不安排，其用地不再保留：{listed(gone)}",
                f"{len(gone)} project(s) of the plan before take no part in this one, and nothing "
                f"keeps their sites: {listed(gone)}",
            )
