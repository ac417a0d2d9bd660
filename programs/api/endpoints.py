"""Every address of the API, once: what may be asked there, and what is answered. Views, urls and the OpenAPI
document are made from this table."""

from dataclasses import dataclass

from django import forms

from programs.api.forms import (
    AtLocationForm,
    FullServiceForm,
    NothingForm,
    OrganizationForm,
    ServiceForm,
    TaxonomyForm,
    TermForm,
)
from programs.forms import SearchForm


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`path` after /api/, with "{id}" where an id stands. `answer`: of `schemas`; `is_list`: pages of it."""

    name: str
    path: str
    form: type[forms.Form]
    answer: str
    summary: str
    is_list: bool = False
    group: str = "HSDS"


ENDPOINTS = (
    Endpoint("root", "hsds/", NothingForm, "About", "About this API"),
    Endpoint("services", "hsds/services", ServiceForm, "Service", "Services", is_list=True),
    Endpoint("service", "hsds/services/{id}", NothingForm, "Service", "One service, whole"),
    Endpoint(
        "at_locations",
        "hsds/service_at_locations",
        AtLocationForm,
        "ServiceAtLocation",
        "Services at their locations, near a ZIP code if one is given",
        is_list=True,
    ),
    Endpoint(
        "at_location",
        "hsds/service_at_locations/{id}",
        NothingForm,
        "ServiceAtLocation",
        "One service at its location, whole",
    ),
    Endpoint(
        "organizations", "hsds/organizations", OrganizationForm, "Organization", "Organizations", is_list=True
    ),
    Endpoint(
        "organization",
        "hsds/organizations/{id}",
        FullServiceForm,
        "Organization",
        "One organization with its services",
    ),
    Endpoint("taxonomies", "hsds/taxonomies", TaxonomyForm, "Taxonomy", "Taxonomies", is_list=True),
    Endpoint("taxonomy", "hsds/taxonomies/{id}", NothingForm, "Taxonomy", "One taxonomy"),
    Endpoint(
        "terms", "hsds/taxonomy_terms", TermForm, "TaxonomyTerm", "Terms of the taxonomies", is_list=True
    ),
    Endpoint("term", "hsds/taxonomy_terms/{id}", NothingForm, "TaxonomyTerm", "One term"),
    Endpoint(
        "search",
        "search/",
        SearchForm,
        "Found",
        "Programs near a place, best fit first: the search of the page",
        group="Search",
    ),
)
BY_NAME = {one.name: one for one in ENDPOINTS}
