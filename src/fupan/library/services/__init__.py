"""Verbs of the library."""

from fupan.library.services.ageing import enforce_due, expire
from fupan.library.services.articles import (
    ArticleDraft,
    approve_version,
    archive_article,
    confirm_article,
    create_article,
    flag_article,
    put_in_force,
    restore_article,
    save_version,
    send_version_back,
    settle_flag,
    submit_version,
)
from fupan.library.services.cases import (
    create_case,
    draft_case,
    drop_draft,
    edit_case,
    link_case,
    prove_case,
    refer,
    unlink_case,
    unrefer,
)
from fupan.library.services.debts import (
    forget_debt,
    hand_debt,
    owe_case,
    pay_debts,
    pick_ticket,
    remind_debtors,
    set_rule,
    waive_debt,
)
from fupan.library.services.evidence import add_evidence, check_evidence, drop_evidence, purge_evidence
from fupan.library.services.lacks import dismiss_lack, find_lacks, recall_lack
from fupan.library.services.lists import drop_list, edit_list, make_list, mark_read
from fupan.library.services.proposals import (
    accept_as_article,
    accept_proposal,
    decline_proposal,
    distil,
    distil_promotions,
    put_forward,
)
from fupan.library.services.reports import send_reports
from fupan.library.services.reviews import (
    Rubric,
    archive_case,
    confirm_case,
    flag_case,
    pass_case,
    restore_case,
    send_back,
    submit_case,
)
from fupan.library.services.searching import note_opened, note_search, set_synonyms
from fupan.library.services.uses import say_helpful, start_run, step_back, take_step, use_article, use_case

__all__ = [
    "ArticleDraft", "Rubric", "accept_as_article", "accept_proposal", "add_evidence", "approve_version",
    "archive_article", "archive_case", "check_evidence", "confirm_article", "confirm_case", "create_article",
    "create_case", "decline_proposal", "dismiss_lack", "distil", "distil_promotions", "draft_case", "drop_draft",
    "drop_evidence", "drop_list", "edit_case", "edit_list", "enforce_due", "expire", "find_lacks", "flag_article",
    "flag_case", "forget_debt", "hand_debt", "link_case", "make_list", "mark_read", "note_opened", "note_search",
    "owe_case", "pass_case", "pay_debts", "pick_ticket", "prove_case", "purge_evidence", "put_forward", "put_in_force",
    "recall_lack", "refer", "remind_debtors", "restore_article", "restore_case", "save_version", "say_helpful",
    "send_back", "send_reports", "send_version_back", "set_rule", "set_synonyms", "settle_flag", "start_run",
    "step_back", "submit_case", "submit_version", "take_step", "unlink_case", "unrefer", "use_article", "use_case",
    "waive_debt",
]  # fmt: skip
