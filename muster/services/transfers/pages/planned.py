"""What is planned for a first day, in words: whether it is in time, and what else could be."""

import datetime as dt

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.kernel.days import ONE_DAY, Period
from muster.pagekit.jinja import day, moment
from muster.services.transfers.planning.rules import Plan, ProRata
from muster.services.transfers.process.steps import plan_for
from muster.services.transfers.queries import TransferView


def facts(one: TransferView, today: dt.date) -> list[tuple[str, str]]:
    """Return how a transfer's first day stands with both payrolls."""
    found = plan_for(one, today=today)
    if found is None:
        return [(_("Payrolls"), _("No payroll calendar is loaded for one of the two employers"))]
    titles = {one.exporter: one.exporter_title, one.importer: one.importer_title}
    rows = [(_("In time"), in_time_words(found))]
    rows += [
        (_("Pay period of %(employer)s") % {"employer": titles.get(booked.employer, "")},
         _("from %(first)s; takes changes until %(cut_off)s; paid on %(pay_day)s")
         % {"first": day(booked.period.starts), "cut_off": moment(localtime(booked.period.cut_off)),
            "pay_day": day(booked.period.pay_day)})
        for booked in found.books
    ]  # fmt: skip
    return rows


def in_time_words(found: Plan) -> str:
    """Return whether both payrolls can be told in time."""
    if found.blocked:
        return _("No: this day cannot be")
    margin = found.margin_working_days
    if margin is None:
        return _("Not known: a calendar does not reach this day")
    if found.in_time:
        words = ngettext(
            "Yes, with %(days)s working day left", "Yes, with %(days)s working days left", margin
        )
        return words % {"days": margin}
    return _("No: it is too late for one of the payrolls")


def choices(one: TransferView, today: dt.date) -> list[tuple[str, str]]:
    """Return what can become of a day that is not in time, and what each means for pay."""
    found = plan_for(one, today=today)
    offered: list[tuple[str, str]] = []
    if found is not None and found.next_safe is not None:
        words = _("Take the next safe day, %(day)s: pay is right at once, and both employers sign"
                  " the new day")  # fmt: skip
        offered.append(("next safe", words % {"day": day(found.next_safe)}))
    offered.append(("another day", _("Take another day: both employers sign it")))
    if found is not None and found.pro_rata is not None:
        words = _("Keep %(day)s with a pay plan: %(plan)s")
        offered.append(("plan", words % {"day": day(one.first_day),
                                         "plan": plan_words(found.pro_rata, one)}))  # fmt: skip
    return offered


def plan_words(plan: ProRata, one: TransferView) -> str:
    """Return what a pay plan means for the person's pay."""
    parts = []
    if plan.advance is not None:
        by = day(plan.advance_by) if plan.advance_by else _("at once")
        parts.append(
            _("%(employer)s pays %(days)s by hand by %(by)s")
            % {"employer": one.importer_title, "days": _days(plan.advance), "by": by}
        )
    if plan.arrears is not None:
        late = day(plan.arrears_in.pay_day) if plan.arrears_in else _("a later pay day")
        parts.append(_("its payroll pays %(days)s on %(late)s")
                     % {"days": _days(plan.arrears), "late": late})  # fmt: skip
    if plan.recover_from is not None:
        parts.append(
            _("%(employer)s takes back what it paid too much from %(day)s on")
            % {"employer": one.exporter_title, "day": day(plan.recover_from)}
        )
    who = one.exporter_title if plan.interim_owner == "exporter" else one.importer_title
    parts.append(_("until then %(employer)s sees to it that they are paid") % {"employer": who})
    return "; ".join(parts)


def _days(period: Period) -> str:
    if period.end is None:
        return _("from %(first)s on") % {"first": day(period.start)}
    last = period.end - ONE_DAY
    return _("%(first)s to %(last)s") % {"first": day(period.start), "last": day(last)}
