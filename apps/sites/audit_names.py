from apps.core import audit

audit.register(
    site__created="created the site",
    site__changed="changed facts of the site",
    site__origins_changed="changed the origins of the site",
    site__policy_changed="changed the policy of the site",
    site__vocabulary_built="built the vocabulary of the site",
    site__branded="changed the look of the site",
    site__notice_worded="worded a text of the notice",
    site__halted="stopped everything on the site",
    site__resumed="let the site go on",
    site__member_added="gave somebody a role",
    site__member_removed="took a role from somebody",
    site__member_invited="invited somebody to work for the site",
    site__invitation_withdrawn="took back an invitation to the site",
)
