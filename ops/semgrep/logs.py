"""Examples for logs.yaml."""

import logging

log = logging.getLogger("iopfinder")
request_log = logging.getLogger("iopfinder.request")


def bad(request, form, store, error):
    # ruleid: log-of-what-a-person-sent
    log.info("sent %s", request.POST)
    # ruleid: log-of-what-a-person-sent
    request_log.warning("asked", extra={"path": request.get_full_path()})
    word = form.cleaned_data["place"]
    # ruleid: log-of-what-a-person-sent
    log.error(f"no place {word}")
    answers = store.draft.answers
    # ruleid: log-of-what-a-person-sent
    log.debug("answers: %s", answers)
    # ruleid: log-of-what-a-person-sent
    log.exception("cookie " + request.COOKIES["answers"])
    # ruleid: log-by-print
    print("here")


def good(request, count):
    # ok: log-of-what-a-person-sent
    log.info("read %s rows", count)
    # ok: log-of-what-a-person-sent
    log.exception("mail was not taken")
