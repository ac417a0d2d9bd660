"""Makes the sample directory in the database equal to its files, and takes it out again."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.text import slugify

from programs import gazetteer, history, listings
from programs.facts import FactSet
from programs.geo import Point, miles_between
from programs.models import Center, CenterLocation, Organization, Program, Session, Statement, StatementSource
from programs.models.columns import fact_columns
from programs.sample import files
from programs.sample.fields import SampleError
from programs.times_of_day import facts_of_week

NAMESPACE = UUID("6f1d5a52-6f0e-5bb4-9a54-2f0f3a1c7d10")
"""Never change it: the addresses of the sample's pages follow from it."""
NEAR = 15
"""Miles that an invented address may lie from the middle of its ZIP code."""
CREATED, CHANGED, SAME = "created", "changed", "same"
Row = TypeVar("Row", Organization, Center, Program)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many centers there are, were new, were changed, and were taken out because no file names them."""

    centers: int
    created: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class Removed:
    centers: int
    organizations: int
    kept_organizations: int
    """Sample organizations that stay because a real center belongs to them now."""


def load(*, today: date, folder: Path = files.HERE) -> Loaded:
    """Load every sample center, in one transaction. What equals the files already is not written.

    Dates are counted back from `today`: loading on a later day moves them. What coordinators stated about a
    sample center stays; programs and centers that no file names go. SampleError when a file is wrong.
    """
    organizations = files.read(folder)
    with transaction.atomic(), history.because("sample:load"):
        run = _Run(today, gazetteer.read().rows)
        for organization in organizations:
            run.put_organization(organization)
        stale = Center.objects.samples().exclude(public_id__in=run.centers)
        removed = stale.count()
        stale.delete()
        Organization.objects.filter(is_sample=True, centers__isnull=True).delete()
        listings.rebuild(run.touched)
    return Loaded(len(run.centers), run.created, len(run.touched) - run.created, removed)


def remove() -> Removed:
    """Take every sample center out with all that hangs on it, and nothing else; in one transaction."""
    with transaction.atomic(), history.because("sample:remove"):
        centers = Center.objects.samples().count()
        Center.objects.samples().delete()
        samples = Organization.objects.filter(is_sample=True)
        kept = history.update(samples.filter(centers__isnull=False).distinct(), is_sample=False)
        gone = samples.count()
        samples.delete()
    return Removed(centers, gone, kept)


def public_id(*parts: str) -> UUID:
    """The lasting id of an organization, a center (two parts) or a program (four)."""
    return uuid5(NAMESPACE, "/".join(parts))


def _put(model: type[Row], key: UUID, values: dict[str, Any]) -> tuple[Row, str]:
    """The row with this public id and these values, and whether it was CREATED, CHANGED or the SAME."""
    rows = model._default_manager
    row = rows.filter(public_id=key).first()
    if row is None:
        return rows.create(public_id=key, **values), CREATED
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    if not differing:
        return row, SAME
    for name in differing:
        setattr(row, name, values[name])
    row.save(update_fields=differing)
    return row, CHANGED


@dataclass(slots=True)
class _Run:
    """One loading: what it has met and written so far."""

    today: date
    zips: dict[str, gazetteer.ZipRow]
    centers: list[UUID] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    created: int = 0

    def put_organization(self, sample: files.SampleOrganization) -> None:
        values = {
            "name": sample.name,
            "state": sample.state,
            "phone": sample.phone,
            "website": sample.website,
            "is_sample": True,
        }
        organization, _ = _put(Organization, public_id(sample.key), values)
        for center in sample.centers:
            self.put_center(organization, sample.key, center)

    def put_center(self, organization: Organization, key: str, sample: files.SampleCenter) -> None:
        center_id = public_id(key, sample.key)
        center, wrote = _put(Center, center_id, self._center_values(organization, sample))
        self.centers.append(center_id)
        self.created += wrote == CREATED
        changes = [wrote != SAME]
        programs: list[tuple[Program, files.SampleProgram]] = []
        for one in sample.programs:
            values = {"center": center, "level": one.level, "track": one.track, "is_listed": True}
            values |= one.numbers | self._openings(one)
            program, wrote = _put(Program, public_id(key, sample.key, one.level, one.track), values)
            programs.append((program, one))
            changes.append(wrote != SAME)
            changes.append(_put_sessions(program, one, sample.city.time_zone))
        named = [program.pk for program, _ in programs]
        changes.append(bool(center.programs.exclude(pk__in=named).delete()[0]))
        changes.append(self._put_statements(center, sample, programs))
        if any(changes):
            self.touched.add(center.pk)

    def _center_values(self, organization: Organization, sample: files.SampleCenter) -> dict[str, Any]:
        zip_row = self.zips.get(sample.zip)
        if zip_row is None or zip_row.state != sample.city.state:
            raise SampleError(f"{sample.where}: {sample.zip} is no ZIP code in {sample.city.state}")
        middle = Point(zip_row.lat, zip_row.lon)
        place = Point(*sample.at) if sample.at else middle
        if miles_between(middle, place) > NEAR:
            raise SampleError(f"{sample.where}: at = {sample.at} is over {NEAR} miles from {sample.zip}")
        return {
            "organization": organization,
            "name": sample.name,
            "name_detail": sample.detail,
            "slug": slugify(sample.name)[:120],
            "status": sample.status,
            "street1": sample.street,
            "city": sample.city.name,
            "state": sample.city.state,
            "zip": sample.zip,
            "phone": sample.phone,
            "intake_phones": "; ".join(sample.intake_phones),
            "website": sample.website,
            "lat": place.lat,
            "lon": place.lon,
            "location": CenterLocation.EXACT if sample.at else CenterLocation.ZIP,
            "is_sample": True,
        }

    def _openings(self, sample: files.SampleProgram) -> dict[str, Any]:
        if sample.openings is None:
            return {"openings": None, "openings_until": None}
        places, days = sample.openings
        return {"openings": places, "openings_until": self.today + timedelta(days=days)}

    def _put_statements(
        self,
        center: Center,
        sample: files.SampleCenter,
        programs: list[tuple[Program, files.SampleProgram]],
    ) -> bool:
        """Write the sample's statements anew unless they are there already. True when it wrote."""
        wanted = [self._statement(center, None, said.facts, said) for said in sample.said]
        wanted += [
            self._statement(center, program, _facts(one, one.said), one.said)
            for program, one in programs
            if one.said
        ]
        stored = center.statements.filter(source=StatementSource.SAMPLE)
        if sorted(map(_content, stored)) == sorted(map(_content, wanted)):
            return False
        stored.delete()
        Statement.objects.bulk_create(wanted)
        history.record(Statement, [statement.pk for statement in wanted], history.CREATED)
        for statement in wanted:
            if statement.program_id:
                history.update(Program.objects.filter(pk=statement.program_id), details_from=statement)
        return True

    def _statement(
        self, center: Center, program: Program | None, facts: FactSet, said: files.Said
    ) -> Statement:
        return Statement(
            center=center,
            program=program,
            source=StatementSource.SAMPLE,
            method=said.method,
            said_on=self.today - timedelta(days=said.days_ago),
            said_by=said.by,
            **fact_columns(facts),
        )


def _facts(program: files.SampleProgram, said: files.Said) -> FactSet:
    return facts_of_week((one.day, one.starts) for one in program.meetings).over(said.facts)


def _content(statement: Statement) -> tuple[Any, ...]:
    facts = statement.facts
    return (
        statement.program_id or 0,
        statement.method,
        statement.said_on,
        statement.said_by,
        facts.yes,
        facts.no,
    )


def _put_sessions(program: Program, sample: files.SampleProgram, time_zone: str) -> bool:
    """Make the program's week equal to the sample's. True when it wrote."""
    columns = ("day", "starts", "ends", "kind", "telehealth", "time_zone")
    wanted = [(one.day, one.starts, one.ends, one.kind, one.telehealth, time_zone) for one in sample.meetings]
    stored = list(program.sessions.order_by("day", "starts", "kind").values_list(*columns))
    if stored == wanted:
        return False
    program.sessions.all().delete()
    made = Session.objects.bulk_create(
        Session(program=program, **dict(zip(columns, row, strict=True))) for row in wanted
    )
    history.record(Session, [session.pk for session in made], history.CREATED)
    return True
