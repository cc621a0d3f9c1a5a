"""Sites hold facts about organisations, and who of the staff works for them."""

from __future__ import annotations

from apps.core.personal import Holder, register

STAFF = "staff"

register(
    Holder(
        name="sites",
        whose="contacts that the customer publishes in the notice",
        why="the notice must name them (GDPR Art. 13)",
        goes="when the site changes them",
        model="sites.Site",
        fields={
            "controller_name": "legal name",
            "controller_address": "address",
            "privacy_contact": "contact",
            "dpo_contact": "contact",
            "support_contact": "contact",
            "host_contact": "contact",
        },
        impersonal=frozenset(
            {
                "id",
                "slug",
                "name",
                "public_key",
                "landing_url",
                "authority",
                "hosting_place",
                "host_name",
                "host_address",
                "transfers",
                "jurisdiction",
                "language",
                "created_at",
                "halted_at",
            }
        ),
    )
)
register(
    Holder(
        name="origins",
        whose="nobody",
        why="which pages may be recorded",
        goes="with the site",
        model="sites.Origin",
        impersonal=frozenset({"id", "site", "origin"}),
    )
)
register(
    Holder(
        name="policies",
        whose=STAFF,
        why="what the site allows and promises, and who changed it",
        goes="with the site; the name of who changed it with their account",
        model="sites.Policy",
        fields={"changed_by": "who changed it", "reason": "why, in their words"},
        impersonal=frozenset(
            {
                "id",
                "site",
                "version",
                "retention_days",
                "cap_days",
                "link_hours",
                "max_minutes",
                "review",
                "allow_live",
                "show_staff_names",
                "allow_files",
                "record_console",
                "record_network",
                "allow_unmask",
                "query_keys",
                "mask_selectors",
                "block_selectors",
                "text_patterns",
                "mode",
                "open_input_types",
                "special",
                "minors",
                "guardian",
                "workers",
                "worker_basis",
                "health",
                "assessment",
                "asset_origins",
                "response_fields",
                "sign_out_paths",
                "never_paths",
                "created_at",
            }
        ),
    )
)
register(
    Holder(
        name="vocabularies",
        whose="nobody",
        why="which words shipped with the application to everybody",
        goes="with the site; all but the two newest when another is built",
        model="sites.Vocabulary",
        impersonal=frozenset({"id", "site", "digest", "content", "phrases", "created_at"}),
    )
)
register(
    Holder(
        name="brands",
        whose="nobody",
        why="logo and colour of the site, which everybody may see",
        goes="when the site changes them, and with the site",
        model="sites.Brand",
        impersonal=frozenset({"id", "site", "accent", "accent_dark", "logo", "logo_width", "logo_height", "digest"}),
    )
)
register(
    Holder(
        name="notice texts",
        whose="nobody",
        why="texts that a site words in its own way",
        goes="when the site changes them",
        model="sites.NoticeText",
        impersonal=frozenset({"id", "site", "language", "key", "text"}),
    )
)
register(
    Holder(
        name="memberships",
        whose=STAFF,
        why="who may do what on a site",
        goes="when the role is taken away or the account ends",
        model="sites.Membership",
        fields={"user": "who", "role": "as what", "created_at": "since when"},
        impersonal=frozenset({"id", "site"}),
    )
)
register(
    Holder(
        name="invited roles",
        whose=STAFF,
        why="the role that an invitation gives",
        goes="with the invitation",
        model="sites.InvitedRole",
        fields={"invitation": "who", "role": "as what"},
        impersonal=frozenset({"id", "site"}),
    )
)
