"""Examples for requests.yaml."""

import os
import pickle

from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt


# ok: csrf-exempt-without-a-reason
@csrf_exempt
def explained(request):
    return redirect("home")


# ruleid: csrf-exempt-without-a-reason
explained.later = 1
@csrf_exempt
def bad(request):
    # ruleid: input-read-by-hand
    one = request.GET["place"]
    # ruleid: input-read-by-hand
    two = request.POST.getlist("answers")
    # ruleid: input-read-by-hand
    three = request.body
    # ruleid: code-made-of-text
    four = pickle.loads(one)
    # ruleid: code-made-of-text
    os.system(one)
    # ruleid: input-read-by-hand, redirect-to-what-was-sent
    return redirect(request.GET.get("next", "/")), two, three, four


def bad_too(request):
    # ruleid: redirect-to-what-was-sent
    return HttpResponseRedirect(request.headers["Referer"])


def good(request, SearchForm):
    # ok: input-read-by-hand
    form = SearchForm(request.GET)
    # ok: redirect-to-what-was-sent
    return redirect("home") if form.is_valid() else None
