"""Schools with large classes (大班额): how many, the largest, by how much.

Belongs here: which school sections have classes above the size allowed. Does not belong here: the county's verdict on class
sizes (``verdicts``).
"""

import numpy as np
import pandas as pd

from data_contracts.class_sizes import largest_classes


def school_large_classes(sections: pd.DataFrame) -> pd.DataFrame:
    """The school sections that have, or state, a class above the size allowed; all accepted schools, whatever a standard counts.

    Args:
        sections: ``school_sections``.

    Returns:
        county_code, school_id, school_name, township, section, classes, oversize_classes, largest_class, allowed, over
        (largest_class − allowed where it is above); a figure that was not stated is missing. By county, then most first.
    """
    allowed = sections["section"].map(largest_classes()).to_numpy(float)
    largest = sections["largest_class"].to_numpy(float)
    above = np.flatnonzero((sections["oversize_classes"].to_numpy(float) > 0) | (largest > allowed))
    kept = ["county_code", "school_id", "school_name", "township", "section", "classes", "oversize_classes", "largest_class"]
    over = np.where(largest > allowed, largest - allowed, np.nan)
    table = sections[kept].take(above).assign(allowed=allowed[above], over=over[above])
    order = {"by": ["county_code", "over", "school_id", "section"], "ascending": [True, False, True, True]}
    return table.sort_values(**order, ignore_index=True)
