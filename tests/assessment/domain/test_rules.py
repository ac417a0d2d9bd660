"""The ladder by itself: rules that can never decide, what a rule leans on, needs from made-up steps."""

from __future__ import annotations

from types import MappingProxyType

from assessment.domain.conditions import Answered, Count, NeedAtLeast
from assessment.domain.needs import Need, Step, reading_of
from assessment.domain.rules import Ladder, Rule

HOME = Need("home", (Step("scale", question="home", scale=MappingProxyType({"safe": 0, "unsafe": 3})),))
URGES = Need("urges", (Step("scale", question="urges", scale=MappingProxyType({"few": 1, "many": 3})),))
ALONE = Answered("support", frozenset({"none"}))
NOBODY: frozenset[str] = frozenset()


def rule(name: str, level: str, when: object = None) -> Rule:
    return Rule(name, level, "Because.", "A source", when)  # type: ignore[arg-type]


LAST = rule("last", "outpatient")


def test_a_rule_after_one_that_always_matches_can_never_decide() -> None:
    after = rule("after", "iop", NeedAtLeast("home", 2))
    assert Ladder([HOME], [rule("all", "php"), after, LAST], NOBODY).shadowed() == after
    assert Ladder([HOME], [after, LAST], NOBODY).shadowed() is None


def test_a_rule_that_asks_for_more_than_an_earlier_one_can_never_decide() -> None:
    both = rule("both", "iop", Count(2, (NeedAtLeast("home", 3), ALONE)))
    assert (
        Ladder([HOME], [rule("home", "php", NeedAtLeast("home", 2)), both, LAST], NOBODY).shadowed() == both
    )
    assert Ladder([HOME], [rule("alone", "php", ALONE), both, LAST], NOBODY).shadowed() == both
    assert (
        Ladder([HOME], [rule("home", "php", NeedAtLeast("home", 4)), both, LAST], NOBODY).shadowed() is None
    )


def test_a_rule_leans_on_those_of_its_parts_that_hold_however_deep_they_stand() -> None:
    deep = Count(1, (Count(2, (NeedAtLeast("home", 3), ALONE)), NeedAtLeast("urges", 3)))
    ladder = Ladder([HOME, URGES], [rule("deep", "iop", deep), LAST], NOBODY)

    def leans_on(home: str, support: str, urges: str) -> list[str]:
        return ladder.evidence(
            ladder.rules[0], ladder.state({"home": home, "support": support, "urges": urges})
        )

    assert leans_on("unsafe", "none", "few") == ["home", "support"]
    assert leans_on("unsafe", "none", "many") == ["home", "support", "urges"]
    assert leans_on("unsafe", "one", "many") == ["urges"]
    assert leans_on("unsafe", "one", "few") == []
    assert ladder.evidence(LAST, ladder.state({"home": "safe", "support": "one", "urges": "few"})) == []


def test_an_answer_that_a_scale_does_not_name_adds_nothing_to_a_need() -> None:
    scale = Step("scale", question="urges", scale=MappingProxyType({"many": 3}), when=ALONE)
    read = reading_of(Need("urges", (scale,)), NOBODY)
    assert read({"urges": "few", "support": "none"}) == 0
    assert read({"urges": None, "support": "none"}) == 0
    assert read({"urges": "many", "support": "none"}) == 3
    assert read({"urges": "many", "support": "one"}) == 0
