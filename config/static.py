from django.contrib.staticfiles.apps import StaticFilesConfig


class Static(StaticFilesConfig):
    """Collect what our pages load. Of two large packages they load nothing; squeezing it cost half of each start."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "rest_framework", "redoc"]
