"""How sure the order of a project's sites is, as the page tells it beside each of them."""

from __future__ import annotations

from siting.mapping.background import Payload, pair
from siting.mapping.subject import Subject
from siting.model import Search, Suggestion


def standing_row(subject: Subject, search: Search, suggestion: Suggestion) -> Payload | None:
    """Return how sure a site's place is and why it stands behind the one before it.

    None where the search has no ranking. Sentences compare sites by name and figure: a page on
    which not all of a project's sites are told bears the shares alone.
    """
    if search.ranking is None:
        return None
    standing = search.ranking.by_site[suggestion.site.id]
    shares = {
        "first": standing.by_place[0],
        "rank": suggestion.rank,
        "keeps": standing.by_place[search.ranking.standings.index(standing)],
        "top": search.ranking.top,
        "topShare": standing.top_share,
    }
    if not all(map(subject.is_site_here, search.suggestions)):
        return {**shares, "says": None, "behind": None}
    behind = standing.behind
    return {
        **shares,
        "says": pair(standing.text),
        "behind": None if behind is None else pair(behind.text),
    }
