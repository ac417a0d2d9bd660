"""People at work, each in a thread: one thing after another; what brought no answer is sent again."""

import random
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone

from assessment.answers import COOKIE, Draft, seal
from ops.durable.browser import Answer, Browser, Fields, File, LostError
from ops.durable.ledger import Ledger
from ops.durable.world import World
from tests.programs.admin.posting import inputs

ANSWERS: Mapping[str, str | tuple[str, ...]] = {
    "who": "me",
    "age": "26_64",
    "focus": "both",
    "danger_now": ("none",),
}
CODE = re.compile(r"<code>([0-9A-Z-]+)</code>")
PAUSE = 0.15
"""Seconds until a person presses the button again."""
OPEN = 3.3
"""Seconds that a person takes to fill in a form: what comes sooner is taken for a machine's."""
FORMS = 4
"""Forms that a visitor fills in side by side."""
GIVE_UP = 240.0
"""Seconds after which a site that does not answer is taken for dead."""


class Client(threading.Thread):
    """Does `act` until it is over; what was begun is brought to its end."""

    kind: ClassVar[str]
    signs_in: ClassVar[str] = ""
    pace: ClassVar[float] = 0.05

    def __init__(
        self, world: World, ledger: Ledger, over: threading.Event, port: int, seed: str, loses: float
    ) -> None:
        super().__init__(name=seed, daemon=True)
        self.world, self.ledger, self.over = world, ledger, over
        self.chance = random.Random(seed)
        self.browser = Browser(port, self.chance)
        if self.signs_in:
            world.accounts[self.signs_in].sign_in(self.browser)
        self.browser.loses = loses
        self.number = 0

    def run(self) -> None:
        try:
            while not self.over.is_set():
                self.number += 1
                self.act(f"{self.kind.replace(' ', '-')}-{self.chance.getrandbits(40):010x}-{self.number}")
                self.over.wait(self.pace)
        except Exception as error:
            self.ledger.is_strange(f"{self.name} stopped: {error!r}")

    def act(self, mark: str) -> None:
        raise NotImplementedError

    def until_answered(self, ask: Callable[[], Answer], kind: str = "") -> Answer:
        """The same, again and again, until an answer comes."""
        until = time.monotonic() + GIVE_UP
        while True:
            try:
                return ask()
            except LostError as error:
                if time.monotonic() > until:
                    raise RuntimeError(f"no answer for {GIVE_UP:.0f} s: {error}") from error
                if kind:
                    self.ledger.sent_again(kind)
                time.sleep(PAUSE)

    def page(self, path: str) -> Answer:
        answer = self.until_answered(lambda: self.browser.get(path))
        self.expect(answer, 200)
        return answer

    def send(self, path: str, fields: Fields, files: Sequence[File] = ()) -> Answer:
        return self.until_answered(lambda: self.browser.post(path, fields, files), self.kind)

    def expect(self, answer: Answer, *wanted: int) -> bool:
        """Whether the answer is one of these; any other is written down as a fault."""
        if answer.status in wanted:
            return True
        said = re.search(r"errornote.*", answer.text, re.DOTALL)
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said[0] if said else answer.text))[:300]
        self.ledger.is_strange(f"{self.kind}: {answer.status} at {answer.path} {words}")
        return False


def form(page: Answer, form_id: str = "", **changes: Any) -> dict[str, Any]:
    """What the form of a page sends, with these inputs typed anew."""
    data: dict[str, Any] = dict(inputs(page.text, form_id).lists())
    return data | changes | {"csrfmiddlewaretoken": page.token}


class Editor(Client):
    """Corrects addresses, and writes down what was heard meanwhile."""

    kind, signs_in = "edit", "editor"

    def act(self, mark: str) -> None:
        pk = self.world.edited[self.number % len(self.world.edited)]
        path = reverse("admin:programs_center_change", args=[pk])
        heard = {"said_method": "phone", "said_on": f"{timezone.localdate()}", "said_by": mark}
        fact = {"facts-lang_spanish": self.chance.choice(["yes", "no"])}
        data = form(self.page(path), "center_form", street2=mark, **heard, **fact)
        if self.expect(self.send(path, data), 302):
            self.ledger.acknowledged(self.kind, mark, center=pk)


class Adder(Client):
    """Adds centers as drafts."""

    kind, signs_in, pace = "new center", "adder", 0.5

    def act(self, mark: str) -> None:
        path = reverse("admin:programs_center_add")
        typed = {"name": mark, "street1": "1 Main Street", "city": "Phoenix", "state": "AZ", "zip": "85004"}
        heard = {"said_method": "phone", "said_on": f"{timezone.localdate()}", "said_by": "intake"}
        typed["organization"] = f"{self.world.organization}"
        data = form(self.page(path), "center_form", **typed, **heard, phone="602-555-0142")
        if self.expect(self.send(path, data), 302):
            self.ledger.acknowledged(self.kind, mark)


class Caller(Client):
    """Calls centers and saves what was said."""

    kind, signs_in = "verification", "caller"

    def act(self, mark: str) -> None:
        if not self.world.called:
            self.over.wait(1)
            return
        center = self.chance.choice(self.world.called)
        path = reverse("admin:verify", args=[center])
        page = self.page(path)
        facts = sorted(set(re.findall(r'name="(fact-[a-z_]+)"', page.text)))
        if not facts:  # What was said in a call is not asked again.
            self.world.called.remove(center)
            return
        said: Mapping[str, str] = {self.chance.choice(facts): self.chance.choice(["yes", "no"])}
        how = {"said_method": "phone", "said_on": f"{timezone.localdate()}", "said_by": "intake"}
        data = {**said, **how, "note": mark, "stop": "1", "csrfmiddlewaretoken": page.token}
        if self.expect(self.send(path, data), 302):
            self.ledger.acknowledged(self.kind, mark)


class Visitor(Client):
    """Fills in a form about a center, several side by side."""

    room: ClassVar[str]

    def act(self, mark: str) -> None:
        self.browser.network()
        paths = [f"{self.chance.choice(self.world.visited)}{self.room}/" for _ in range(FORMS)]
        pages = [self.page(path) for path in paths]
        time.sleep(OPEN)
        for number, (path, page) in enumerate(zip(paths, pages, strict=True)):
            own = f"{mark}-{number}"
            answer = self.send(path, form(page, **self.typed(own)))
            found = CODE.search(answer.text)
            if self.expect(answer, 200) and found:
                self.ledger.acknowledged(self.kind, own, code=found.group(1))
            else:
                self.expect(answer, 0)

    def typed(self, mark: str) -> dict[str, Any]:
        raise NotImplementedError


class Reporter(Visitor):
    kind, room = "report", "report"

    def typed(self, mark: str) -> dict[str, Any]:
        return {"what": "phone", "words": mark}


class Asker(Visitor):
    kind, room = "inquiry", "call-back"

    def typed(self, mark: str) -> dict[str, Any]:
        who = {"whom": "me", "name": mark, "way": "phone", "reach": "602-555-0187"}
        return {**who, "message": "discreet", "time": "", "note": mark, "consent": "on"}


class Confirmer(Client):
    """A center behind its link: all is right, or something should be different."""

    kind, pace = "confirmation", 0.4

    def act(self, mark: str) -> None:
        if not self.world.tokens:
            self.over.wait(1)
            return
        self.browser.network()
        center, token = self.world.tokens.pop()
        path = reverse("programs:confirm", args=[token])
        page, corrects = self.page(path), self.number % 2 == 0
        if corrects:
            data = form(page, "corrections", act="correct", said_by="intake", note=mark)
        else:
            data = form(page, "all-right", act="right")
        before = self.ledger.again[self.kind]
        answer = self.send(path, data)
        was_sent_again = self.ledger.again[self.kind] > before
        # A link works once: who asks again after a lost answer is told that it is used.
        if self.expect(answer, 303, *([404] if was_sent_again else [])):
            self.ledger.acknowledged(self.kind, mark, center=center, corrects=corrects)


class Saver(Client):
    """Keeps answers under a private code."""

    kind, pace = "private code", 0.6

    def act(self, mark: str) -> None:
        self.browser.network()
        self.browser.cookies[COOKIE] = seal(Draft(dict(ANSWERS)), time.time())
        path = reverse("assessment:save")
        answer = self.send(path, form(self.page(path)))
        found = CODE.search(answer.text)
        if self.expect(answer, 200) and found:
            self.ledger.acknowledged(self.kind, mark, code=found.group(1))
        else:
            self.expect(answer, 0)


class Merger(Client):
    """Makes one center of two, and sometimes two again."""

    kind, signs_in, pace = "merge", "merger", 0.4

    def act(self, mark: str) -> None:
        if not self.world.pairs:
            self.over.wait(1)
            return
        pair = self.world.pairs.pop()
        path = reverse("admin:duplicate", args=[pair])
        data = form(self.page(path), decision="into_left")
        if not self.expect(self.send(path, data), 302):
            return
        takes_back = self.number % 3 == 0
        if takes_back:
            rooms = self.page(reverse("admin:duplicates"))
            undo = re.search(r'action="(/admin/duplicates/merges/\d+/undo/)"', rooms.text)
            if undo is None:
                self.ledger.is_strange(f"merge {pair} was acknowledged and is not listed")
                return
            self.expect(self.send(undo.group(1), {"csrfmiddlewaretoken": rooms.token}), 302)
        self.ledger.acknowledged(self.kind, mark, pair=pair, undone=takes_back)
