from fupan.desk.models.assistant import Assistant
from fupan.desk.models.classifier import Classifier, ClassifierState
from fupan.desk.models.inbox import ClosingRule, DayOff, Mention, Merge, Presence, View
from fupan.desk.models.labels import (
    Cause,
    IssueType,
    KeywordRule,
    Liable,
    Node,
    ReasonCode,
    Resolution,
    TreeVersion,
)
from fupan.desk.models.messages import UNSAID, Draft, Message, MessageFile, MessageSide, Sending
from fupan.desk.models.satisfaction import NEVER_ASKED, FollowUp, Survey, SurveyRule
from fupan.desk.models.templates import (
    AutoReply,
    ReplyTemplate,
    TemplateFile,
    TemplateState,
    TemplateUse,
    TemplateVersion,
    VersionState,
)
from fupan.desk.models.tickets import (
    GOOD_STARS,
    PRAISE,
    RATED,
    Incident,
    LabelSource,
    Tag,
    Ticket,
    TicketBefore,
    TicketKind,
    TicketState,
)
from fupan.desk.models.tiers import (
    AgentSkill,
    Authority,
    Escalation,
    EscalationPath,
    EscalationState,
    Routing,
    RoutingRule,
)
from fupan.desk.models.war import Bulletin, BulletinKind, BulletinRead, HelpAsked

__all__ = [
    "GOOD_STARS", "NEVER_ASKED", "PRAISE", "RATED", "UNSAID", "AgentSkill", "Assistant", "Authority", "AutoReply",
    "Bulletin", "BulletinKind", "BulletinRead", "Cause", "Classifier", "ClassifierState", "ClosingRule", "DayOff",
    "Draft", "Escalation", "EscalationPath", "EscalationState", "FollowUp", "HelpAsked", "Incident", "IssueType",
    "KeywordRule", "LabelSource", "Liable", "Mention", "Merge", "Message", "MessageFile", "MessageSide", "Node",
    "Presence", "ReasonCode", "ReplyTemplate", "Resolution", "Routing", "RoutingRule", "Sending", "Survey",
    "SurveyRule", "Tag", "TemplateFile", "TemplateState", "TemplateUse", "TemplateVersion", "Ticket",
    "TicketBefore", "TicketKind", "TicketState", "TreeVersion", "VersionState", "View",
]  # fmt: skip
