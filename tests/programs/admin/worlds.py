"""Two worlds for the matrix of roles: one inside of reach, one outside, each with every kind of row.

Whatever could name the outside world holds its mark. A page that shows the mark has leaked.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from programs import listings
from programs.facts import FactSet
from programs.models import (
    CenterLink,
    Claim,
    DirectoryEntry,
    DuplicatePair,
    ExportLog,
    ImportRun,
    Inquiry,
    Listing,
    Merge,
    Proposal,
    RefusedRow,
    Report,
    SavedMapping,
    Snooze,
    StagedFile,
    StagedImport,
    StagedRow,
)
from programs.staff.access import PATHS
from programs.visitors.contents import Wanted, seal_wanted, seal_words
from tests.programs.accounts import account
from tests.programs.factories import (
    CenterFactory,
    CityFactory,
    OrganizationFactory,
    ProgramFactory,
    SessionFactory,
    StatementFactory,
    ZipCodeFactory,
)

LATER = datetime(2030, 1, 1, tzinfo=UTC)


class World:
    """All that hangs on some centers of one state; `mark` stands in each of its words."""

    def __init__(self, mark: str, state: str) -> None:
        self.mark, self.state = mark, state
        self.someone = account("coordinator", name=f"{mark}-someone", states=[state])
        self.organization = OrganizationFactory(name=f"{mark} Health", state=state)
        self.center = self._center("Clinic", takes_inquiries=True, email=f"desk@{mark.lower()}.example")
        self.draft = self._center("Draft", status="draft")
        self.twin = self._center("Twin")
        self.merged = self._center("Merged")
        self.merge = Merge.objects.create(survivor=self.center, merged=self.merged, by=self.someone)
        self.merged.status, self.merged.merged_into = "merged", self.center
        self.merged.save()
        self._parts()
        self._people()
        self._imports()
        self._work()
        listings.rebuild([one.pk for one in self.centers])
        self.listing = Listing.objects.get(program=self.program)

    @property
    def centers(self) -> tuple[Any, ...]:
        return (self.center, self.draft, self.twin, self.merged)

    def _center(self, name: str, **fields: Any) -> Any:
        return CenterFactory(
            organization=self.organization,
            name=f"{self.mark} {name}",
            slug=f"{self.mark.lower()}-{name.lower()}",
            state=self.state,
            **fields,
        )

    def _parts(self) -> None:
        self.program = ProgramFactory(
            center=self.center, plans=f"{self.mark} Plan", openings=3, openings_until=LATER.date()
        )
        self.session = SessionFactory(program=self.program)
        self.statement = StatementFactory(center=self.center, said_by=self.mark)
        self.statement.facts = FactSet.of(yes=["telehealth"])
        self.statement.save()
        listed = StatementFactory(center=self.center, source="samhsa_su", method="directory", edition=2023)
        self.entry = DirectoryEntry.objects.create(
            source="samhsa_su",
            key=self.mark,
            center=self.center,
            statement=listed,
            digest="d",
            first_edition=2023,
            last_edition=2023,
        )
        self.zip = ZipCodeFactory()
        self.city = CityFactory()
        # A change, so that there is something to take back.
        self.center.phone = f"602-555-01{len(self.mark):02}"
        self.center.save()

    def _people(self) -> None:
        self.link = CenterLink.objects.create(
            center=self.center,
            token_digest=self._digest("link"),
            email=f"desk@{self.mark.lower()}.example",
            expires_at=LATER,
        )
        self.proposal = Proposal.objects.create(
            center=self.center,
            link=self.link,
            said_by=self.mark,
            note=f"{self.mark} says so",
            changes={"phone": "602-555-0188"},
            base={"phone": self.center.phone},
        )
        today = date.today()
        report, inquiry = self._digest("report"), self._digest("inquiry")
        self.report = Report.objects.create(
            center=self.center,
            code_digest=report,
            form_digest=self._digest("report form"),
            kind="phone",
            sealed=seal_words(f"{self.mark} words", report),
            purge_on=today + timedelta(days=30),
        )
        wanted = Wanted(
            "me", f"{self.mark} Person", "phone", "602-555-0187", "discreet", "noon", "ring", "en"
        )
        self.inquiry = Inquiry.objects.create(
            center=self.center,
            code_digest=inquiry,
            form_digest=self._digest("inquiry form"),
            sealed=seal_wanted(wanted, inquiry),
            consent_version="1",
            due_at=LATER,
            purge_on=today + timedelta(days=30),
        )

    def _imports(self) -> None:
        self.run = ImportRun.objects.create(
            read=1, refused=1, by=self.someone, files=[{"name": f"{self.mark}.csv", "edition": 2023}]
        )
        self.refused = RefusedRow.objects.create(
            run=self.run, file=f"{self.mark}.csv", row_number=2, reason="no ZIP", values={"a": self.mark}
        )
        self.mapping = SavedMapping.objects.create(name=self.mark, document=f"# {self.mark}\n")
        step = {"step": "mapping", "files": [{"name": f"{self.mark}.csv"}]}
        self.staged = StagedImport.objects.create(by=self.someone, message=self.mark, progress=step)
        self.staged_file = StagedFile.objects.create(
            staged=self.staged, name=f"{self.mark}.csv", sha256="0" * 64, content=b"a\n1\n"
        )
        self.staged_row = StagedRow.objects.create(
            staged=self.staged,
            file=f"{self.mark}.csv",
            number=2,
            name=self.mark,
            outcome="refused",
            values={"cells": {"a": self.mark}},
        )
        self.export = ExportLog.objects.create(by=self.someone, what=self.mark, file_format="csv", rows=1)

    def _work(self) -> None:
        first, second = sorted((self.center, self.twin), key=lambda one: one.pk)
        self.pair = DuplicatePair.objects.create(first=first, second=second, score=0.9, reasons=[])
        self.claim = Claim.objects.create(center=self.center, by=self.someone, until=LATER)
        self.snooze = Snooze.objects.create(
            center=self.twin, until=LATER.date(), reason="later", note=self.mark, by=self.someone
        )
        LogEntry.objects.create(
            user=self.someone,
            content_type=ContentType.objects.get_for_model(type(self.center)),
            object_id=self.center.pk,
            object_repr=str(self.center),
            action_flag=CHANGE,
        )

    def _digest(self, what: str) -> str:
        return hashlib.sha256(f"{self.mark} {what}".encode()).hexdigest()

    def row(self, model: type) -> Any:
        """Its row of a table of the admin. KeyError for a table that this world lacks."""
        rows = {type(one): one for one in self.__dict__.values() if hasattr(one, "_meta")}
        rows[User] = self.someone
        rows[type(self.center)] = self.center
        return rows[model]

    def leaks(self, text: str) -> bool:
        """Whether a text tells of this world. Addresses and e-mail are in small letters."""
        small = self.mark.lower()
        return self.mark in text or f"{small}-" in text or f"@{small}." in text

    def state_now(self, *, but: User) -> dict[str, list[tuple[Any, ...]]]:
        """Every value of every row of this world, older copies among them; `but`: an account left out."""
        ids = [one.pk for one in self.centers]
        found = {}
        for model in apps.get_app_config("programs").get_models():
            name = (model._meta.model_name or "").removeprefix("historical")
            if name not in PATHS or PATHS[name][1] is None:
                continue
            way = PATHS[name][1]
            wanted = Q(pk=self.organization.pk) if name == "organization" else Q()
            if name == "center":
                wanted = Q(id__in=ids)
            elif name == "session":
                wanted = Q(program__center__in=ids)
            elif name != "organization":
                for part in (way or "").split():
                    wanted |= Q(**{f"{part}__in": ids})
            if (model._meta.model_name or "").startswith("historical") and name == "organization":
                wanted = Q(id=self.organization.pk)
            rows = model._default_manager.filter(wanted).order_by("pk")
            found[model.__name__] = list(rows.values_list())
        for one in (ImportRun, RefusedRow, SavedMapping, StagedImport, StagedRow):
            found[one.__name__] = list(one._default_manager.order_by("pk").values_list())
        found["User"] = list(
            User.objects.exclude(pk=but.pk).order_by("pk").values_list("pk", "password", "is_active")
        )
        found["StaffMember"] = list(
            apps.get_model("programs", "StaffMember").objects.exclude(user=but).order_by("pk").values_list()
        )
        return found
