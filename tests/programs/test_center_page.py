"""A center's page says no more than is known: where detox is, when a session starts, who said it."""

import re
from html import unescape

import pytest
from django.utils.translation import override

from programs.criteria import Wish
from programs.models import Program, Statement
from programs.questions import about
from tests.programs import factories

pytestmark = pytest.mark.django_db

DAY_AND_NIGHT = "Day and night. You live there."
EITHER = "Some detox is day and night, some is by daily visits. Ask which."


def text_of(client, center) -> str:
    body = client.get(center.get_absolute_url()).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize(
    ("yes", "no", "shown", "hidden"),
    [
        ((), (), EITHER, DAY_AND_NIGHT),
        ((), ("offers_residential", "offers_inpatient"), EITHER, DAY_AND_NIGHT),
        (("offers_residential",), (), DAY_AND_NIGHT, EITHER),
        (("offers_inpatient",), ("offers_residential",), DAY_AND_NIGHT, EITHER),
    ],
)
def test_detox_is_day_and_night_only_where_that_is_known(client, yes, no, shown, hidden):
    text = text_of(client, factories.center(["detox"], yes=yes, no=no))
    assert shown in text
    assert hidden not in text


def test_residential_care_is_day_and_night_whatever_is_known(client):
    assert DAY_AND_NIGHT in text_of(client, factories.center(["residential"]))


@pytest.mark.parametrize("level", ["outpatient", "iop", "php", "residential", "detox"])
def test_what_is_usual_ends_with_one_full_stop(client, level):
    body = client.get(factories.center([level]).get_absolute_url()).content.decode()
    usual = re.search(r'<span class="soft num">(.*?)</span>', body)[1]
    assert usual.endswith(".")
    assert not usual.endswith("..")


def test_a_session_on_the_grid_tells_its_minutes(client):
    center = factories.center(["php"])
    factories.SessionFactory(program=Program.objects.get(), starts="08:30", ends="14:30")
    factories.SessionFactory(program=Program.objects.get(), day=2, starts="13:00", ends="16:00")
    body = client.get(center.get_absolute_url()).content.decode()
    assert re.findall(r'<text class="on b"[^>]*>(.*?)</text>', body) == ["8:30", "1:00"]


def test_levels_here_come_before_more_or_less_care(client):
    text = text_of(client, factories.center())
    assert text.index("Levels of care here") < text.index("If you need more or less care")


def test_a_sample_says_in_a_whole_sentence_that_its_facts_are_invented(client):
    center = factories.center(yes=["pay_medicaid"], is_sample=True)
    Statement.objects.update(source="sample")
    text = text_of(client, center)
    assert "Sample: this center, its number and all facts here are invented." in text


@pytest.mark.parametrize(
    ("codes", "question"),
    [
        (("pay_free",), "Is care here free of charge?"),
        (("pay_medicaid", "pay_free"), "Do you take Medicaid? Is care here free of charge?"),
    ],
)
def test_free_care_is_asked_for_as_people_ask(codes, question):
    with override("en"):
        assert about(Wish("payment", codes)) == question
