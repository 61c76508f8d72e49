"""Cases, articles, what a ticket owes, and how all of it is used."""

from fupan.library.models.articles import (
    PREFIXES,
    Article,
    ArticleKind,
    ArticleVersion,
    Flag,
    Run,
    VersionState,
)
from fupan.library.models.cases import (
    Case,
    CaseEvidence,
    CaseReview,
    CaseRevision,
    CaseTicket,
    Masking,
    Outcome,
)
from fupan.library.models.debts import CaseDebt, DebtReason, DebtRule
from fupan.library.models.lacks import Lack, LackKind, LackLook
from fupan.library.models.proposals import Proposal, ProposalKind, ProposalState
from fupan.library.models.searching import Search, SearchIndex, Synonyms
from fupan.library.models.states import READABLE, USABLE, State
from fupan.library.models.uses import CaseList, CaseListItem, CaseRead, CaseUse

__all__ = [
    "PREFIXES", "READABLE", "USABLE", "Article", "ArticleKind", "ArticleVersion", "Case", "CaseDebt", "CaseEvidence",
    "CaseList", "CaseListItem", "CaseRead", "CaseReview", "CaseRevision", "CaseTicket", "CaseUse", "DebtReason",
    "DebtRule", "Flag", "Lack", "LackKind", "LackLook", "Masking", "Outcome", "Proposal", "ProposalKind",
    "ProposalState", "Run", "Search", "SearchIndex", "State", "Synonyms", "VersionState",
]  # fmt: skip
