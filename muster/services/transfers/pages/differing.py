"""In which fields statements differ, with both values for those who may see them."""

from muster.services.transfers import queries
from muster.services.transfers.knowing import NEW
from muster.services.transfers.queries import DifferenceView
from muster.services.transfers.reach import Reader
from muster.services.transfers.record.comparing import shown
from muster.services.transfers.record.fields import by_name, fields_of
from muster.services.transfers.showing import known_beside

Differing = tuple[DifferenceView, str, str, str]


def differing(reader: Reader) -> list[Differing]:
    """Return each difference with its title, what was stated and what is otherwise known.

    What the register alone knows of a number or a birth date is not shown: that it is another
    one is said, and the employer that released it puts it right. Terms of the new post are for
    who may see them.
    """
    one, fields = reader.one, by_name()
    found = queries.differences(one.id)
    if not found:
        return []
    stated = dict(queries.released_record(one.id))
    stated |= {f"{NEW}{name}": said for name, said in queries.stated(one.id, "importer").items()}
    known = known_beside(one)
    # What the person alone states, such as adjustments, is nobody's to compare.
    own = {field.name for field in fields_of("person")}
    return [
        (each, fields[each.field].title if each.field in fields else each.field,
         shown(stated.get(each.field)), shown(known.get(each.field)))
        for each in found
        if each.field not in own and (reader.terms or not each.field.startswith(NEW))
    ]  # fmt: skip
