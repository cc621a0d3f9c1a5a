from apps.core import audit

audit.register(
    user__invited="invited a member of staff",
    user__joined="accepted an invitation",
    user__deactivated="took a member of staff out",
    user__reactivated="let a member of staff back in",
    user__signed_in="signed in",
    invitation__renewed="sent an invitation again",
    invitation__withdrawn="withdrew an invitation",
    api_token__issued="made an API token",
    api_token__revoked="revoked an API token",
)
