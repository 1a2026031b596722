"""A name is found however it is typed, and no other name with it."""

import pytest

from csec.directory.finding import Sought


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Jose", "José García"),
        ("JOSÉ GARCIA", "Jose Garcia"),
        ("nguyen", "Thi Nguyễn"),
        ("Nguyễn", "Thi Nguyen"),
        ("dang", "Minh Đặng"),
        ("smith", "Ann Smyth"),
        ("Katherine", "Catherine Lee"),
        ("sofia", "Sophia Reed"),
        ("Kaitlyn", "Caitlin Moss"),
        ("gonzales", "Luz González"),
        ("mohamed", "Muhammad Ali"),
        ("jhon", "John Doe"),
        ("jon", "John Doe"),
        ("brok averi", "Avery Brook"),
        ("Brook, Avery", "Avery Brook"),
        ("garcia lopez", "Ana Garcia-Lopez"),
        ("García-López", "Ana Garcia Lopez"),
        ("garcialopez", "Ana Garcia-Lopez"),
        ("lopez", "Ana Garcia Lopez"),
        ("o neil sam", "Sam O'Neil"),
        ("ONeil", "Sam O’Neil"),
        ("O'Neil", "Sam Oneil"),
        ("delacruz", "Maria de la Cruz"),
        ("de la cruz maria", "Maria Delacruz"),
        ("ana maria", "Anamaria Ruiz"),
        ("kather", "Catherine Lee"),
        ("j garcia", "José García"),
        ("Li", "Li Na"),
        ("ng", "Kim Ng"),
        ("av", "Avery Brook"),
        ("Avery Jane Brook", "Avery Brook"),
        ("Brook, Averi J. Hill", "Avery Brook"),
    ],
)
def test_a_name_is_found(typed: str, name: str) -> None:
    assert Sought(typed).fit([name]) > 0


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("smith", "Lee Smart"),
        ("Mia", "Max Brook"),
        ("Li", "Lee Brook"),
        ("avery reed", "Avery Brook"),
        ("Robin Reed", "Robin Moss"),
        ("Ana de la Rosa", "Maria de la Cruz"),
        ("Robin Jane Reed", "Robin Moss"),
        ("Jordan", "Morgan Hill"),
        ("Kim", "Tim Hill"),
        ("brook", "Avery"),
        ("", "Avery Brook"),
        ("A", "Avery Brook"),
        ("-'", "Avery Brook"),
    ],
)
def test_another_name_is_not(typed: str, name: str) -> None:
    assert Sought(typed).fit([name]) == 0


def test_what_fits_better_comes_first() -> None:
    names = ["Sam Smith", "Sam Smithson", "Sam Smyth", "Sam Smitt"]
    sought = Sought("smith")
    fits = [sought.fit([name]) for name in names]
    assert fits == sorted(fits, reverse=True)
    assert len(set(fits)) == len(fits)
    assert sought.fit(["Somebody Else", "Sam Smith"]) == 1
