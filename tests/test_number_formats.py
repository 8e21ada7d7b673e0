import datetime
from typing import Any

import pytest

from chatbot.number_formats import shown

MOMENT = datetime.datetime(2026, 3, 9, 14, 5, 7)


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (7, "General", "7"),
        (7.0, "General", "7"),
        (0.1 + 0.2, "General", "0.3"),
        (-2.5, "General", "-2.5"),
        (1e20, "General", "1e+20"),
        (True, "General", "TRUE"),
        (1234.5, "0", "1234"),
        (1234.5, "#,##0.00", "1,234.50"),
        (-1234.5, "#,##0.00;[Red](#,##0.00)", "(1,234.50)"),
        (0, '0;-0;"none"', "0"),
        (0.256, "0%", "26%"),
        (0.256, "0.0%", "25.6%"),
        (5, '"£"#,##0.00', "£5.00"),
        (5, "[$£-809]#,##0.00", "£5.00"),
        (7, "0000", "0007"),
        (7, '0 "pupils"', "7 pupils"),
        (-0.001, "0.0", "0.0"),
        (12345, "0.00E+00", "12345"),
        (MOMENT, "dd/mm/yyyy", "09/03/2026"),
        (MOMENT, "mm-dd-yy", "09/03/2026"),
        (MOMENT, "d mmmm yyyy", "9 March 2026"),
        (MOMENT, "ddd d mmm yy", "Mon 9 Mar 26"),
        (MOMENT, "[$-809]dd mmmm yyyy;@", "09 March 2026"),
        (MOMENT, "yyyy-mm-dd hh:mm:ss", "2026-03-09 14:05:07"),
        (MOMENT, "h:mm AM/PM", "2:05 PM"),
        (MOMENT, "General", "2026-03-09 14:05:07"),
        (datetime.date(2026, 3, 9), "General", "2026-03-09"),
        (datetime.time(9, 5), "hh:mm", "09:05"),
        (datetime.timedelta(hours=26, minutes=5), "[h]:mm:ss", "26:05:00"),
    ],
)
def test_a_value_looks_as_in_a_spreadsheet(value: Any, number_format: str, expected: str) -> None:
    assert shown(value, number_format) == expected
