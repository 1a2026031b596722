from django import template

from cases.reading import clocks

register = template.Library()
register.filter("away", clocks.away)
register.filter("days_away", clocks.days_away)
