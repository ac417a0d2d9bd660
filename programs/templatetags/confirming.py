"""What a center can be asked, for its page in the desk."""

from typing import Any

from django import template
from django.urls import reverse

from programs.models import Center, Proposal, ProposalStatus
from programs.staff.access import may
from programs.staff.roles import Act, Thing

register = template.Library()


@register.inclusion_tag("admin/confirming/_lines.html", takes_context=True)
def center_lines(context: Any, center: Center) -> dict[str, Any]:
    """Ways to what an account may see or do. One query at most."""
    user = context["request"].user
    waiting = 0
    if may(user, Act.VIEW, Thing.PROPOSAL):
        waiting = Proposal.objects.filter(center=center, status=ProposalStatus.WAITING).count()
    # Who may change the listing itself has no need to propose.
    proposes = may(user, Act.ADD, Thing.PROPOSAL) and not may(user, Act.CHANGE, Thing.LISTING)
    return {
        "links_url": reverse("admin:center_links", args=[center.pk])
        if may(user, Act.VIEW, Thing.LINK)
        else "",
        "propose_url": reverse("admin:propose", args=[center.pk]) if proposes else "",
        "proposals_url": f"{reverse('admin:proposals')}?center={center.pk}" if waiting else "",
        "waiting": waiting,
    }
