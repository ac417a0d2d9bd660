"""Addresses of the assessment. Neutral words and plain numbers: no answer is in an address."""

from django.urls import path

from assessment import take_along_views as take_along
from assessment import views

app_name = "assessment"
urlpatterns = [
    path("", views.start, name="start"),
    path("step-<int:number>/", views.question, name="question"),
    path("change-<int:number>/", views.change, name="change"),
    # Forms are sent to an address of their own: where sending fails, Back leads to the filled form.
    path("step-<int:number>/send/", views.send_question, name="send_question"),
    path("change-<int:number>/send/", views.send_change, name="send_change"),
    path("pause/", views.interrupt, name="interrupt"),
    path("check/", views.check, name="check"),
    path("result/", views.result, name="result"),
    path("programs/", views.programs, name="programs"),
    path("forget/", views.forget, name="forget"),
    path("helping/", views.helping, name="helping"),
    path("print/", take_along.print_sheet, name="print_sheet"),
    path("summary.pdf", take_along.summary_pdf, name="summary_pdf"),
    path("summary.json", take_along.summary_fhir, name="summary_fhir"),
    path("questions.json", take_along.questions, name="questions"),
    path("save/", take_along.save, name="save"),
    path("come-back/", take_along.come_back, name="come_back"),
    path("erase-saved/", take_along.erase_saved, name="erase_saved"),
]
