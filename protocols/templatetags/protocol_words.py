from django import template

from protocols import wording

register = template.Library()
register.filter("actors", wording.actors)
register.filter("outcomes", wording.outcomes)
register.filter("due", wording.due)
register.filter("repeat", wording.repeat)
register.filter("printed", wording.printed)
