"""Pictures of graphs: scopes, layers, and files that need nothing besides."""

import re
from xml.etree import ElementTree

import penstock as tf
from penstock.graph.drawing.layout import lay_out
from penstock.graph.drawing.page import drawn_nodes, page
from penstock.graph.drawing.scopes import DrawnNode, scope_tree
from penstock.graph.drawing.svg import svg

NODES = [
    DrawnNode("x", "Placeholder"),
    DrawnNode("net/w", "VariableV2"),
    DrawnNode("net/w/read", "Identity", ("net/w",)),
    DrawnNode("net/MatMul", "MatMul", ("x", "net/w/read")),
    DrawnNode("net/deep/Relu", "Relu", ("net/MatMul",)),
    DrawnNode("y<&>", "Identity", ("net/deep/Relu", "net/MatMul"), ("x",)),
]


def boxes(count):
    return {str(i): (10.0, 10.0) for i in range(count)}


def test_scopes_and_edges_between_their_members():
    root = scope_tree(NODES)
    assert set(root.members) == {"x", "net", "y<&>"}
    assert root.size == 6
    assert root.edges == {
        ("x", "net"): (1, False),
        ("net", "y<&>"): (2, False),
        ("x", "y<&>"): (1, True),
    }
    net = root.members["net"]
    assert set(net.members) == {"w", "MatMul", "deep"}
    assert net.edges == {("w", "MatMul"): (1, False), ("MatMul", "deep"): (1, False)}
    variable = net.members["w"]
    assert variable.node.op == "VariableV2"
    assert variable.edges == {("", "read"): (1, False)}


def test_edges_lead_downwards_and_boxes_do_not_overlap():
    edges = [("0", "1"), ("1", "2"), ("0", "3"), ("3", "2"), ("4", "2")]
    places = lay_out(boxes(6), edges).places
    assert all(places[a][1] + 10 <= places[b][1] for a, b in edges)
    corners = list(places.values())
    assert all(
        abs(a[0] - b[0]) >= 10 or abs(a[1] - b[1]) >= 10
        for i, a in enumerate(corners)
        for b in corners[:i]
    )


def test_circles_and_nothing_are_laid_out_too():
    assert len(lay_out(boxes(3), [("0", "1"), ("1", "2"), ("2", "0"), ("1", "1")]).places) == 3
    assert lay_out({}, []).height == 0.0


def test_an_svg_is_well_formed_and_names_what_it_shows():
    for depth in (0, 1, 5):
        tree = ElementTree.fromstring(svg(scope_tree(NODES), depth))
        titles = {one.text for one in tree.iter("{http://www.w3.org/2000/svg}title")}
        assert ("net: 4 nodes" in titles) and ("y<&>\nIdentity" in titles)
        assert ("net/deep/Relu\nRelu" in titles) is (depth == 5)


def test_a_page_needs_nothing_besides_and_has_every_scope():
    text = page(NODES, "a <graph>")
    ElementTree.fromstring(text.removeprefix("<!DOCTYPE html>"))
    assert "<script" not in text
    assert set(re.findall(r"https?://[^\"]+", text)) == {"http://www.w3.org/2000/svg"}
    assert text.count("<details>") == 3
    links = set(re.findall(r'href="#([^"]+)"', text))
    assert links == set(re.findall(r'id="([^"]+)"', text))


def test_a_graph_shows_itself_in_a_notebook():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 3], name="x")
        with tf.name_scope("net"):
            tf.nn.relu(x, name="y")
    assert "Graph, 2 nodes" in graph._repr_html_()
    assert "float32 (?, 3)" in graph._repr_html_()
    assert [node.name for node in drawn_nodes(graph.get_operations())] == ["x", "net/y"]
    assert "0 nodes" in tf.Graph()._repr_html_()


def test_a_large_graph_is_drawn():
    nodes = [DrawnNode("n0", "Const")]
    nodes += [
        DrawnNode(f"a/n{i}", "Add", (f"a/n{i - 1}" if i > 1 else "n0",)) for i in range(1, 3000)
    ]
    assert "3,000 nodes" in page(nodes, "large")
