from apps.core import audit

audit.register(
    site__check_ordered="had the installation of the site checked",
    webhook__created="added a webhook",
    webhook__removed="removed a webhook",
    webhook__gone="switched a webhook off, because its endpoint answered that it is gone",
)
