"""What the five source articles tell must be in the guide, true to them, and where they disagree settled;
and the directory must be able to hold what they tell of centers.
"""

import re

import pytest

from programs.levels import Level, band
from programs.models import Program
from tests.iopfinder.guide.test_words import PAGES, address
from tests.programs import factories

# (article, what it tells, page, English, Spanish): patterns that the page must show.
PRESENT = [
    (
        "network",
        "a full continuum",
        "stepping-up-and-down",
        "groups of centers have all levels",
        "todos los niveles",
    ),
    (
        "network",
        "gender-specific therapy",
        "what-you-learn",
        "women or for men only",
        "solo de mujeres o solo de hombres",
    ),
    ("network", "dual diagnosis", "what-you-learn", "dual diagnosis", "diagnóstico dual"),
    ("network", "vocational and legal help", "a-week", "work, legal matters", "el trabajo, lo legal"),
    (
        "network",
        "needs a support system",
        "what-is-an-iop",
        "family, close friends, or people who live sober",
        "familia, buenos amigos o gente que vive sobria",
    ),
    (
        "network",
        "detox only by risk",
        "what-is-an-iop",
        "depends on your risk from withdrawal",
        "depende de su riesgo",
    ),
    (
        "atlanta",
        "mental health and substance use",
        "what-is-an-iop",
        "for mental health, for drinking and drugs, and for both",
        "para la salud mental, para el alcohol y las drogas, y para las dos",
    ),
    ("atlanta", "trained group leaders", "a-week", "trained counselor leads it", "consejero con preparación"),
    ("atlanta", "individual sessions", "a-week", "Alone with a counselor", "A solas con un consejero"),
    ("atlanta", "peer support", "what-you-learn", "Help from peers", "Ayuda de iguales"),
    ("atlanta", "coping strategies", "what-you-learn", "Ride it out", "Déjelas pasar"),
    (
        "atlanta",
        "step up, step down",
        "what-is-an-iop",
        "step up to it from weekly visits.*step down",
        "suben desde visitas.*bajan",
    ),
    (
        "atlanta",
        "keep work or school",
        "what-is-an-iop",
        "Work, school and family can go on",
        "El trabajo, la escuela y la familia pueden seguir",
    ),
    (
        "hours",
        "up to 9 hours a day",
        "what-is-an-iop",
        "8 or 9 hours a day.*day program",
        "8 o 9 horas por día.*programa de día",
    ),
    (
        "hours",
        "longer sessions, fewer days",
        "a-week",
        "longer meetings on fewer days",
        "reuniones más largas en menos días",
    ),
    ("hours", "family therapy", "a-week", "<dt>Family</dt>", "<dt>Familia</dt>"),
    ("hours", "life skills", "what-you-learn", "Life skills", "La vida diaria"),
    (
        "hours",
        "privacy and lower cost",
        "what-is-an-iop",
        "costs less.*more private",
        "cuesta menos.*más privado",
    ),
    (
        "hours",
        "talk to a professional early",
        "what-is-an-iop",
        "a doctor or counselor early, since time counts",
        "Hable pronto con un médico",
    ),
    ("tucson", "at least 90 days", "a-week", "Under 90 days of care", "menos de 90 días"),
    ("tucson", "often a year or more", "a-week", "a year or more", "un año o más"),
    (
        "tucson",
        "two or three visits to nearly daily",
        "a-week",
        "two or three visits a week, or nearly every day",
        "dos o tres visitas por semana, o casi cada día",
    ),
    (
        "tucson",
        "a safe place at home",
        "stepping-up-and-down",
        "a safe place to sleep",
        "un lugar seguro para dormir",
    ),
    (
        "tucson",
        "CBT",
        "what-you-learn",
        "cognitive behavioral therapy \\(CBT\\)",
        "terapia cognitivo-conductual \\(CBT\\)",
    ),
    ("tucson", "role play", "what-you-learn", "role play", "como en el teatro"),
    (
        "tucson",
        "medicine for mental health",
        "what-you-learn",
        "Medicine can be part of it, for your mood",
        "La medicina puede ser parte: para el ánimo",
    ),
    (
        "tucson",
        "ask for a first talk",
        "a-week",
        "It starts with a long talk",
        "Empieza con una charla larga",
    ),
    ("right", "primary treatment", "what-is-an-iop", "the first treatment", "el primer tratamiento"),
    (
        "right",
        "cannot leave or pay for residential",
        "stepping-up-and-down",
        "can’t leave home or can’t pay",
        "no puede dejar su casa o pagarlo",
    ),
    ("right", "more help with urges", "what-you-learn", "When an urge comes", "Cuando llegan las ganas"),
    ("right", "compared with 12-step", "mutual-help", "12-step groups", "Grupos de 12 pasos"),
    ("right", "a bridge back to life", "what-is-an-iop", "the bridge home", "el puente para volver"),
]
# Settled: said so, with its source.
SETTLED = [
    ("what-is-an-iop", "adults 9 to 19 hours of care a week"),
    ("what-is-an-iop", "Outpatient is under 9 hours a week"),
    ("what-is-an-iop", "A day program \\(PHP\\) is 20 or more"),
    (
        "what-is-an-iop",
        "review of 12 studies, results were about the same as in live-in care for most people",
    ),
    ("what-is-an-iop", "people with little risk from withdrawal, illness or mental health"),
    ("stepping-up-and-down", "Not everyone starts with detox"),
]
NEVER = (
    r"same intensity as (inpatient|residential)",
    r"much (more effective|better) than outpatient",
    r"most people (start|begin) with detox",
    r"misma intensidad",
    r"mucho (más eficaz|mejor) que (la atención )?ambulatori",
    r"la mayoría (de la gente )?empieza con (la )?desintoxicación",
)


def shown(client, code, prefix=""):
    return " ".join(client.get(address(code, prefix)).content.decode().split())


@pytest.mark.parametrize(
    ("article", "told", "code", "english", "spanish"), PRESENT, ids=lambda text: text[:30]
)
def test_what_an_article_tells_is_in_the_guide(client, article, told, code, english, spanish):
    assert re.search(english, shown(client, code)), told
    assert re.search(spanish, shown(client, code, "/es")), told


@pytest.mark.parametrize(("code", "words"), SETTLED)
def test_where_the_articles_disagree_the_guide_says_what_holds(client, code, words):
    assert re.search(words, shown(client, code))


@pytest.mark.parametrize("code", PAGES)
def test_what_no_source_bears_out_is_said_nowhere(client, code):
    for prefix in ("", "/es"):
        for words in NEVER:
            assert not re.search(words, shown(client, code, prefix), re.IGNORECASE), words


CENTERS = {
    "network": {
        "levels": ["outpatient", "iop", "php", "residential", "detox"],
        "yes": ["women_only", "co_occurring", "wrap_vocational", "wrap_legal", "wrap_case_management"],
    },
    "atlanta": {
        "levels": ["iop"],
        "yes": [
            "treats_mental_health",
            "treats_substance_use",
            "therapy_group",
            "therapy_individual",
            "wrap_peer",
        ],
    },
    "tucson": {
        "levels": ["iop", "residential", "detox"],
        "yes": ["therapy_cbt", "therapy_family", "med_psychiatric", "admission_stable_housing"],
    },
}


@pytest.mark.django_db
@pytest.mark.parametrize("article", CENTERS)
def test_a_center_can_hold_what_an_article_tells_of_it(client, article):
    told = CENTERS[article]
    made = factories.center(
        told["levels"], yes=told["yes"], phone="602-555-0142", website="https://center.example/"
    )
    iop = Program.objects.get(center=made, level="iop")
    iop.weeks_min, iop.weeks_max, iop.family = 13, 52, "Family groups, role play."
    iop.save()
    iop.refresh_from_db()
    page = client.get(made.get_absolute_url())
    assert page.status_code == 200
    assert [level for level in told["levels"] if not made.programs.filter(level=level)] == []
    text = page.content.decode()
    assert "Family groups, role play." in text
    assert "https://center.example/" in text
    assert "602-555-0142" in text


def test_hours_outside_the_band_of_an_iop_are_told_apart():
    """The article's 8 to 9 hours on 3 to 5 days: a day program, and so flagged for an IOP."""
    for hours in (8 * 3, 9 * 5):
        assert not band(Level.IOP).holds(hours)
        assert band(Level.PHP).holds(hours)
