"""The addresses of the API. All of it may be read by anybody, is asked for with GET, and changes nothing."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import wraps
from typing import Any, Concatenate, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_safe

from programs import merged
from programs.api import hsds, pages, services
from programs.api.endpoints import BY_NAME
from programs.api.find import found
from programs.api.forms import NothingForm, uuid_or_none
from programs.api.limits import limited
from programs.api.openapi import document
from programs.api.refusals import misread, problem, refused
from programs.api.terms import TAXONOMIES
from programs.forms import SearchForm
from programs.models import Organization, Program
from programs.places import Nowhere, Several, resolve


class Asked(dict[str, Any]):
    """What a valid form read, by field; `form` is the form itself."""

    def __init__(self, form: Form) -> None:
        super().__init__(form.cleaned_data)
        self.form = form


Answer = Callable[Concatenate[HttpRequest, Asked, ...], HttpResponseBase]


def endpoint(name: str) -> Callable[[Answer], Callable[..., HttpResponseBase]]:
    """A view of the API: reads what is asked through its form, refuses by name what it does not know."""
    form_class: type[Form] = BY_NAME[name].form if name in BY_NAME else NothingForm

    def decorate(answer: Answer) -> Callable[..., HttpResponseBase]:
        # Nothing here changes anything: a wrong method hears 405, not a talk of cookies.
        @csrf_exempt
        @require_safe
        @conditional_page
        @open_to_all
        @limited
        @wraps(answer)
        def view(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            form = form_class(request.GET)
            refusal = misread(request.GET, form.fields)
            if refusal:
                return refusal
            # Codes, names and refusals in one language, whatever a browser asks for.
            with override("en"):
                if not form.is_valid():
                    return refused(form)
                try:
                    return answer(request, Asked(form), **kwargs)
                except ValidationError as error:
                    return problem(404, "What the request names does not exist.", errors=error.message_dict)

        return view

    return decorate


def open_to_all(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Any page on the web may read it, and any cache may keep a good answer for a while."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        if response.status_code == 200:
            patch_cache_control(response, public=True, max_age=services.FRESH_FOR)
        return response

    return wrapper


def _address(request: HttpRequest) -> hsds.Address:
    root = request.build_absolute_uri("/").rstrip("/")
    return lambda path: f"{root}{path}"


def _one(found: QuerySet[Any], wanted: str) -> Any:
    """The row with this public id, or None."""
    own = uuid_or_none(wanted)
    return found.filter(public_id=own).first() if own else None


def _missing(what: str) -> HttpResponse:
    return problem(404, f"There is no {what} with this id.")


def _moved(name: str, wanted: UUID, asked: Asked) -> HttpResponse:
    """301 to what stands for a row of a merged center."""
    there = reverse(f"programs_api:{name}", args=[str(wanted)])
    query = urlencode(asked.form.data)
    return HttpResponsePermanentRedirect(f"{there}?{query}" if query else there)


# -- About the API ------------------------------------------------------------------------------


@endpoint("root")
def root(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What this API is: the version of the standard, and where it is described."""
    address = _address(request)
    return JsonResponse(
        {
            "version": "3.0",
            "profile": "https://docs.openreferral.org/en/v3.0/hsds/",
            "openapi_url": address(reverse("programs_api:openapi")),
        }
    )


@endpoint("openapi")
def openapi(request: HttpRequest, asked: Asked) -> HttpResponse:
    """This API as an OpenAPI 3.1 document."""
    return JsonResponse(document(_address(request)("")))


# -- Services -----------------------------------------------------------------------------------


def _with_sessions(found: QuerySet[Program]) -> QuerySet[Program]:
    return found.prefetch_related("sessions")


@endpoint("services")
def service_list(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """Services, a page at a time. Every filter that is given must hold."""
    address, matching = _address(request), services.matching(asked)
    if asked["minimal"]:
        return pages.whole(matching.count(), _minimal(matching))
    if asked["full"]:
        whole = _with_sessions(matching)
        return pages.listed(whole, lambda one: hsds.service_full(one, address), asked, services.total(asked))
    return pages.listed(matching, lambda one: hsds.service(one, address), asked, services.total(asked))


def _minimal(found: QuerySet[Program]) -> Iterator[dict[str, str]]:
    rows = found.select_related(None).values_list("public_id", "center__updated_at")
    for public_id, at in rows.iterator(chunk_size=pages.CHUNK):
        yield {"id": str(public_id), "modified_date": hsds.moment(at)}


@endpoint("service")
def service(request: HttpRequest, asked: Asked, wanted: str) -> HttpResponse:
    """One service with all that belongs to it."""
    one = _one(_with_sessions(services.services()), wanted)
    if one and (there := merged.successor(one)):
        return _moved("service", there.public_id, asked)
    return JsonResponse(hsds.service_full(one, _address(request))) if one else _missing("service")


@endpoint("at_locations")
def at_location_list(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """Services at their locations; near a ZIP code if one is given."""
    address, matching = _address(request), services.matching(asked)
    if asked["full"]:
        whole = _with_sessions(matching)
        return pages.listed(
            whole, lambda one: hsds.at_location_full(one, address), asked, services.total(asked)
        )
    return pages.listed(
        matching, lambda one: hsds.at_location_listed(one, address), asked, services.total(asked)
    )


@endpoint("at_location")
def at_location(request: HttpRequest, asked: Asked, wanted: str) -> HttpResponse:
    """One service at its location, with all that belongs to both."""
    own = uuid_or_none(wanted)
    one = services.at_location_by_id(own) if own else None
    if one and (there := merged.successor(one)):
        return _moved("at_location", hsds.at_location_id(there.public_id), asked)
    return JsonResponse(hsds.at_location_full(one, _address(request))) if one else _missing("such pair")


# -- Organizations ------------------------------------------------------------------------------


def _with_services(found: QuerySet[Organization]) -> QuerySet[Organization]:
    inside = services.services().prefetch_related("sessions")
    return found.prefetch_related(Prefetch("centers__programs", inside))


def _organization(one: Organization, address: hsds.Address, full: bool) -> dict[str, Any]:
    inside = [program for center in one.centers.all() for program in center.programs.all()]
    inside.sort(key=lambda program: program.id)
    made = (
        hsds.service_full(program, address) if full else hsds.service_named(program) for program in inside
    )
    return hsds.organization_full(one, list(made))


@endpoint("organizations")
def organization_list(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """Organizations, a page at a time."""
    found, address = services.organizations(), _address(request)
    for word in asked["search"].split():
        found = found.filter(name__icontains=word)
    if not asked["full"] and not asked["full_service"]:
        return pages.listed(found, hsds.organization, asked)
    full = bool(asked["full_service"])
    return pages.listed(_with_services(found), lambda one: _organization(one, address, full), asked)


@endpoint("organization")
def organization(request: HttpRequest, asked: Asked, wanted: str) -> HttpResponse:
    """One organization with its services."""
    one = _one(_with_services(services.organizations()), wanted)
    if one is None:
        return _missing("organization")
    return JsonResponse(_organization(one, _address(request), bool(asked["full_service"])))


# -- Taxonomies ---------------------------------------------------------------------------------


@endpoint("taxonomies")
def taxonomy_list(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """The taxonomies."""
    wanted = [one for one in TAXONOMIES if asked["search"].lower() in one.name.lower()]
    return pages.listed(wanted, hsds.taxonomy, asked)


@endpoint("taxonomy")
def taxonomy(request: HttpRequest, asked: Asked, wanted: str) -> HttpResponse:
    """One taxonomy."""
    own = uuid_or_none(wanted)
    one = hsds.taxonomy_by_id(own) if own else None
    return JsonResponse(hsds.taxonomy(one)) if one else _missing("taxonomy")


@endpoint("terms")
def term_list(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """The terms of the taxonomies."""
    said, inside = asked["search"].lower(), asked["taxonomy_id"]
    wanted = [
        term
        for term in hsds.all_terms().values()
        if said in term.name.lower() and (not inside or term.taxonomy.id == inside) and not asked["parent_id"]
    ]
    return pages.listed(wanted, hsds.taxonomy_term, asked)


@endpoint("term")
def term(request: HttpRequest, asked: Asked, wanted: str) -> HttpResponse:
    """One term."""
    own: UUID | None = uuid_or_none(wanted)
    one = hsds.all_terms().get(own) if own else None
    return JsonResponse(hsds.taxonomy_term(one)) if one else _missing("term")


# -- The search ---------------------------------------------------------------------------------


@endpoint("search")
def search(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The search of the page as JSON: the same words in the address, the same order, the same counts."""
    form = cast("SearchForm", asked.form)
    if not asked["place"]:
        return problem(400, "The request has a mistake.", errors={"place": ["Say where."]})
    place = resolve(asked["place"])
    if isinstance(place, Nowhere):
        return _unclear(place.message, place.suggestions)
    if isinstance(place, Several):
        return _unclear(f"There are several places called {place.name}.", place.places)
    today: date = localdate()
    return JsonResponse(found(form, place, today=today, address=_address(request)))


def _unclear(message: str, choices: Any) -> HttpResponse:
    offered = [{"place": one.query, "label": one.label} for one in choices]
    return problem(404, "No one place is called this.", errors={"place": [message]}, choices=offered)
