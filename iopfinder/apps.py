from django.apps import AppConfig


class HouseConfig(AppConfig):
    """What the two rooms share: the pages around them, the headers, the promises."""

    name = "iopfinder"
    verbose_name = "IOPFinder"

    def ready(self) -> None:
        from iopfinder import checks  # noqa: F401  (registers the system checks)
        from iopfinder.brand import checks as brand_checks  # noqa: F401  (and the brand's)
        from iopfinder.guide import checks as guide_checks  # noqa: F401  (and the guide's)
