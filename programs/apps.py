from django.apps import AppConfig
from django.contrib.admin import apps
from django.contrib.auth.apps import AuthConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = _("Directory")
    default = True

    def ready(self) -> None:
        from programs import checks  # noqa: F401  (registers the system checks)


class DeskConfig(apps.AdminConfig):
    """The admin, as the directory desk."""

    default = False
    default_site = "programs.desk.DirectoryDesk"


class AccountsConfig(AuthConfig):
    """Django's accounts, by a name that says what they are."""

    default = False
    verbose_name = _("Accounts")
