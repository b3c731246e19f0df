"""Nests beside the golden table: attrs classes, composites, and what flattening keeps."""

import pytest
from hypothesis import given, strategies as st

from penstock.core import nest

NESTS = st.recursive(
    st.integers() | st.text(max_size=2) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=10,
)


class Attribute:
    def __init__(self, name):
        self.name = name


class Point:
    """What the attrs library makes of a class with two attributes."""

    __attrs_attrs__ = (Attribute("y"), Attribute("x"))

    def __init__(self, y, x):
        self.y, self.x = y, x


class Sparse(nest.Composite):
    def __init__(self, *parts):
        self.parts = parts

    def composite_parts(self):
        return self.parts

    def composite_with(self, parts):
        return Sparse(*parts)


@given(NESTS)
def test_pack_undoes_flatten(structure):
    flat = nest.flatten(structure)
    assert nest.pack_sequence_as(structure, flat) == structure
    assert nest.flatten_up_to(structure, structure) == flat
    assert [leaf for _, leaf in nest.flatten_with_tuple_paths(structure)] == flat
    assert nest.map_structure(lambda leaf: leaf, structure) == structure
    nest.assert_same_structure(structure, structure)


def test_attrs_class_is_a_container_in_the_order_of_its_attributes():
    point = Point(1, [2])
    assert nest.flatten(point) == [1, 2]
    packed = nest.pack_sequence_as(point, [3, 4])
    assert (type(packed), packed.y, packed.x) == (Point, 3, [4])
    assert nest.flatten_with_joined_string_paths(point) == [("y", 1), ("x/0", 2)]


def test_composite_is_a_leaf_unless_expanded():
    sparse = Sparse(1, 2)
    assert nest.flatten([sparse]) == [sparse]
    assert nest.flatten([sparse, 3], expand_composites=True) == [1, 2, 3]
    doubled = nest.map_structure(lambda part: 2 * part, [sparse], expand_composites=True)
    assert doubled[0].parts == (2, 4)
    with pytest.raises(ValueError, match="only one of them is a container"):
        nest.assert_same_structure([sparse], [1], expand_composites=True)


def test_message_shows_both_nests():
    with pytest.raises(TypeError, match=r"list.*tuple.*\[1\].*\(1,\)"):
        nest.assert_same_structure([1], (1,))
