"""Every address of the site, and the ids of the world that its parameters stand for."""

from dataclasses import dataclass

from django.urls import URLPattern, get_resolver

# What anybody may open: sign-in, health, the language switch, and links that carry their own secret.
PUBLIC = {
    "health", "intake:hook", "set_language", "api_nothing", "people:join", "people:enter",
    "desk:survey", "desk:survey_score", "desk:survey_comment",
    "action:guest", "action:guest_step", "action:guest_comment", "action:guest_proof", "action:guest_carry_out",
    "account_login", "account_signup", "account_logout", "account_inactive", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_confirm_email", "account_email_verification_sent", "account_confirm_login_code", "mfa_authenticate",
    "account_reauthenticate", "mfa_reauthenticate",
}  # fmt: skip
DEMO = {"demo:door", "demo:enter", "demo:planted"}  # there only where FUPAN_DEMO is set

# Parameters by stage (or by address, where a stage has several kinds of things) -> name in the world, attribute.
PARAMETERS = {
    "people:member": {"pk": ("member", "pk")},
    "people:deactivate": {"pk": ("member", "pk")},
    "people:reactivate": {"pk": ("member", "pk")},
    "people:revoke_invitation": {"pk": ("invitation", "pk")},
    "people:revoke_token": {"pk": ("token", "pk")},
    "notify:": {"pk": ("notice", "pk")},
    "notify:destination": {"pk": ("destination", "pk")},
    "notify:delivery": {"pk": ("delivery", "pk")},
    "commerce:shop": {"pk": ("shop", "pk")},
    "commerce:product": {"pk": ("product", "pk")},
    "commerce:rate": {"pk": ("rate", "pk")},
    "commerce:drop_rate": {"pk": ("rate", "pk")},
    "commerce:drop_batch": {"pk": ("batch", "pk")},
    "commerce:promotion": {"pk": ("promotion", "pk")},
    "commerce:drop_promotion": {"pk": ("promotion", "pk")},
    "commerce:": {"pk": ("shop", "pk"), "code": ("product", "code")},
    "intake:mapping": {"pk": ("mapping", "pk")},
    "intake:": {"pk": ("imported", "pk")},
    "intake:mail_account": {"pk": ("mail_account", "pk")},
    "intake:try_mail_account": {"pk": ("mail_account", "pk")},
    "intake:fetch_mail_account": {"pk": ("mail_account", "pk")},
    "intake:drop_mail_account": {"pk": ("mail_account", "pk")},
    "intake:held_mail": {"pk": ("held_mail", "pk")},
    "intake:release_mail": {"pk": ("held_mail", "pk")},
    "intake:drop_mail": {"pk": ("held_mail", "pk")},
    "intake:drop_hook": {"pk": ("hook", "pk")},
    "intake:hook": {"key": ("hook", "key")},
    "desk:drop_rule": {"pk": ("rule", "pk")},
    "desk:use_version": {"version": ("classifier", "number")},
    "desk:kept": {"pk": ("imported", "pk")},
    "desk:take_back": {"pk": ("reply", "pk")},
    "desk:send_again": {"pk": ("reply", "pk")},
    "desk:take_draft": {"pk": ("draft", "pk")},
    "desk:edit_view": {"pk": ("view", "pk")},
    "desk:drop_view": {"pk": ("view", "pk")},
    "desk:file": {"pk": ("message_file", "pk")},
    "desk:unmerge": {"pk": ("merge", "pk")},
    "desk:bulletin": {"bulletin": ("bulletin", "number")},
    **{f"desk:{name}": {"bulletin": ("bulletin", "number"), "asked_id": ("asked", "pk")} for name in (
        "edit_bulletin", "read_bulletin", "extend_bulletin", "end_bulletin", "ask_help", "answer_help",
    )},
    "desk:hand_over_follow_up": {"follow_up": ("follow_up", "pk")},
    "desk:close_follow_up": {"follow_up": ("follow_up", "pk")},
    **{f"desk:{name}": {"template": ("template", "number"), "template_file": ("template_file", "pk")} for name in (
        "template", "edit_template", "template_versions", "submit_template", "decide_template", "retire_template",
        "restore_template", "add_template_file", "template_file", "drop_template_file",
    )},
    "desk:decide_escalation": {"escalation": ("escalation", "pk")},
    "desk:routing_rule": {"routing_rule": ("routing_rule", "pk")},
    "desk:change_routing_rule": {"routing_rule": ("routing_rule", "pk")},
    "desk:skill": {"colleague": ("member", "pk")},
    "desk:drop_limit": {"limit": ("limit", "pk")},
    "desk:edit_step": {"step": ("path_step", "pk")},
    "desk:": {"number": ("ticket", "number"), "pk": ("issue", "pk"), "code": ("issue", "code")},
    "library:": {"number": ("case", "number"), "ticket": ("ticket", "number"), "pk": ("case_list", "pk")},
    "library:draft": {"number": ("ticket", "number")},
    "library:pick": {"number": ("ticket", "number")},
    "library:beside": {"number": ("ticket", "number")},
    "library:evidence": {"pk": ("case_evidence", "pk")},
    "library:check_evidence": {"pk": ("case_evidence", "pk")},
    "library:drop_evidence": {"pk": ("case_evidence", "pk")},
    "library:dismiss_gap": {"pk": ("lack", "pk")},
    "library:recall_gap": {"pk": ("lack", "pk")},
    "library:helpful": {"pk": ("case_use", "pk")},
    "library:settle_flag": {"pk": ("flag", "pk")},
    "library:run": {"pk": ("run", "pk")},
    "library:step": {"pk": ("run", "pk")},
    "library:waive": {"pk": ("debt", "pk")},
    "library:hand_debt": {"pk": ("debt", "pk")},
    **{f"library:{name}": {"number": ("article", "number")} for name in (
        "article", "edit_article", "versions", "submit_article", "decide_article", "flag_article", "confirm_article",
        "archive_article", "restore_article", "use_article", "start_run",
    )},
    "library:accept_proposal": {"pk": ("proposal", "pk")},
    "library:decline_proposal": {"pk": ("proposal", "pk")},
    "library:found": {"search": ("search", "pk"), "kind": ("search", "opened_kind"), "pk": ("case", "pk")},
    "library:articles": {},
    "insight:product": {"pk": ("product", "pk")},
    "insight:": {"pk": ("target", "pk")},
    "insight:signal": {"pk": ("signal", "pk")},
    "insight:topic": {"pk": ("topic", "pk")},
    "review:": {"number": ("problem", "number"), "pk": ("why", "pk"), "ticket": ("ticket", "number")},
    "review:of_signal": {"pk": ("signal", "pk")},
    "review:meeting": {
        "pk": ("meeting", "pk"), "item": ("agenda_item", "pk"), "entry": ("entry", "pk"), "note": ("move_note", "pk"),
    },
    "review:minutes": {"pk": ("meeting", "pk")},
    "review:of_issue": {"code": ("issue", "code")},
    "review:behind": {"number": ("ticket", "number")},
    "review:evidence_tickets": {"pk": ("evidence", "pk")},
    "review:drop_evidence": {"pk": ("evidence", "pk")},
    "action:": {"number": ("action", "number"), "pk": ("proof", "pk")},
    "action:tick_step": {"pk": ("step", "pk")},
    "action:drop_step": {"pk": ("step", "pk")},
    "action:revoke_link": {"pk": ("guest_link", "pk")},
    "action:of_problem": {"number": ("problem", "number")},
    "action:of_meeting": {"pk": ("meeting", "pk")},
    "verification:": {"pk": ("check", "pk")},
    "verification:of_problem": {"number": ("problem", "number")},
    "verification:of_action": {"number": ("action", "number")},
    "verification:due": {"pk": ("meeting", "pk")},
    "api:get_action": {"number": ("action", "number")},
    "api:get_case": {"number": ("case", "number")},
    "api:get_import": {"number": ("imported", "pk")},
    "api:list_rejects": {"number": ("imported", "pk")},
    "api:undo": {"number": ("imported", "pk")},
    "api:": {"number": ("ticket", "number")},
}  # fmt: skip
PLAIN = {"label": "2026-W46", "kind": "xlsx", "format": "xlsx", "code": "return_rate", "metric": "return_rate",
         "table": "issue", "tree": "issue", "side": "seller", "column": "date", "month": "2026-11",
         "department": "nobody"}  # fmt: skip


@dataclass(frozen=True)
class Door:
    name: str
    route: str
    params: tuple

    def path(self, ids):
        """The address, with real ids of the world in it."""
        from django.urls import reverse

        return reverse(self.name, kwargs={one: self._value(one, ids) for one in self.params})

    def _value(self, param, ids):
        fitting = [key for key in PARAMETERS if self.name.startswith(key) and param in PARAMETERS[key]]
        if fitting:
            thing, attribute = PARAMETERS[max(fitting, key=len)][param]
            return getattr(ids[thing], attribute)
        assert param in PLAIN, f"{self.name}: say in doors.py what <{param}> stands for"
        return PLAIN[param]

    @property
    def names_a_thing(self):
        return any(one not in PLAIN or any(self.name.startswith(key) and one in PARAMETERS[key] for key in PARAMETERS)
                   for one in self.params)  # fmt: skip


def doors():
    return sorted(set(_walk(get_resolver(), "", "")), key=lambda door: door.name)


def _walk(resolver, prefix, space):
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            params = tuple(sorted(one.pattern.converters or one.pattern.regex.groupindex))
            assert one.name, f"an address without a name: {route}"
            yield Door(f"{space}{one.name}", route, params)
        else:
            yield from _walk(one, route, f"{space}{one.namespace}:" if one.namespace else space)
