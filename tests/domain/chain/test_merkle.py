from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domain.chain.merkle import CompactRange, leaf_hash
from tongban.domain.errors import MalformedError

# The leaves and roots of the reference test of Certificate Transparency (merkle_tree_test).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves):
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def edge_of(leaves):
    return CompactRange().extend(map(leaf_hash, leaves))


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_certificate_transparency(size):
    assert edge_of(LEAVES[:size]).root().hex() == naive_root(LEAVES[:size]).hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_root_is_that_of_the_recursive_definition(leaves):
    assert edge_of(leaves).root() == naive_root(leaves)


@given(st.lists(st.binary(max_size=4), max_size=40), st.integers(0, 40))
def test_it_does_not_matter_how_leaves_are_grouped(leaves, cut):
    one_by_one = CompactRange()
    for leaf in leaves:
        one_by_one = one_by_one.append(leaf_hash(leaf))
    assert edge_of(leaves[:cut]).extend(map(leaf_hash, leaves[cut:])) == one_by_one == edge_of(leaves)


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_a_stored_right_edge_reads_back(leaves):
    edge = edge_of(leaves)
    assert CompactRange.from_bytes(edge.to_bytes()) == edge


@given(
    st.binary(max_size=200) | st.integers(0, 7).flatmap(lambda n: st.binary(min_size=8 + 32 * n, max_size=8 + 32 * n))
)
def test_arbitrary_bytes_read_back_exactly_or_are_malformed(data):
    with suppress(MalformedError):
        assert CompactRange.from_bytes(data).to_bytes() == data


@pytest.mark.parametrize(
    ("size", "nodes"),
    [(1, ()), (0, (bytes(32),)), (3, (bytes(32),)), (1, (bytes(31),)), (-1, ()), (2**63, (bytes(32),))],
)
def test_a_right_edge_that_no_tree_has_cannot_be_made(size, nodes):
    with pytest.raises(MalformedError):
        CompactRange(size, nodes)


def test_a_leaf_must_be_a_hash():
    with pytest.raises(MalformedError):
        CompactRange().append(b"short")
