"""Rule books: TOML with citations, dates and cases -> rules that can be run and tested."""

from siting.rulebook.book import RuleBook, built_in_rule_books, read_rule_book, run_cases
from siting.rulebook.cases import Case, CaseResult

__all__ = [
    "Case",
    "CaseResult",
    "RuleBook",
    "built_in_rule_books",
    "read_rule_book",
    "run_cases",
]
