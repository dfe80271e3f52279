"""Form data: read as strictly as JSON, checked against the same schemas."""

from __future__ import annotations

import pytest

from tests.mockserver.edge.harness import Edge, document, operation, with_fields

TEXT = {"type": "string"}
FORM = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": TEXT,
        "size": {"type": "integer"},
        "tags": {"type": "array", "items": TEXT},
        "file": {"type": "string", "format": "binary"},
    },
}


@pytest.fixture(scope="module")
def forms() -> Edge:
    media = {name: {"schema": FORM} for name in ("multipart/form-data", "application/x-www-form-urlencoded")}
    media["application/json"] = {"schema": FORM}
    body = {"required": True, "content": media}
    optional = {"content": {"application/x-www-form-urlencoded": {"schema": FORM}}}
    return Edge(
        document(
            {
                "/a": {"post": operation("A", requestBody=body)},
                "/b": {"post": operation("B", requestBody=optional)},
            }
        )
    )


URLENCODED = "application/x-www-form-urlencoded"


def test_urlencoded_forms(forms: Edge) -> None:
    reply = forms.post("/api/a", b"name=J%C3%BCrgen+M&size=7&tags=a&tags=b&&", media_type=URLENCODED)
    assert reply.json["body"] == {"name": "Jürgen M", "size": 7, "tags": ["a", "b"]}
    chunked = forms.ask("POST", "/api/a", with_fields(("content-type", URLENCODED)), [b"na", b"me=x"])
    assert chunked.json["body"] == {"name": "x"}
    for wrong, place in (
        (b"name=x&size=seven", "/size"),
        (b"name=x&name=y", "/name"),
        (b"name=%FF", ""),
    ):
        reply = forms.post("/api/a", wrong, media_type=URLENCODED).refused(400, "malformed")
        assert reply.places == [place]
    for lacking in (b"size=7", b""):
        assert forms.post("/api/a", lacking, media_type=URLENCODED).refused(422, "invalid").places == [
            "/name"
        ]
    assert forms.post("/api/a", {"name": "x"}).json["body"] == {"name": "x"}
    forms.post("/api/a", b"name=x", media_type="text/plain").refused(415, "unsupported-media-type")


def test_an_optional_form(forms: Edge) -> None:
    assert forms.post("/api/b", b"", media_type=URLENCODED).json["body"] is None
    assert forms.ask("POST", "/api/b").json["body"] is None
    assert forms.post("/api/b", b"name=x", media_type=URLENCODED).json["body"] == {"name": "x"}


MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nn\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="f.bin"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n\x00\xff\r\n--x--\r\n"
)


def test_multipart_forms(forms: Edge) -> None:
    reply = forms.post("/api/a", MULTIPART, media_type="multipart/form-data; boundary=x")
    assert reply.json["body"] == {"name": "n", "file": "AP8="}


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (MULTIPART, "multipart/form-data"),
        (MULTIPART, "multipart/form-data; boundary=y"),
        (MULTIPART[:60], "multipart/form-data; boundary=x"),
        (MULTIPART[:-4], "multipart/form-data; boundary=x"),
        (b"\xff\x00", "multipart/form-data; boundary=x"),
        (b"--x\r\n\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\nn\r\n--x--", "multipart/form-data; boundary=x"),
        (b"%FF=%FF&&&=%zz", URLENCODED),
        (b"\xff\xfe", URLENCODED),
        (b"name=%", URLENCODED),
    ],
)
def test_broken_forms_are_the_clients_fault(forms: Edge, body: bytes, media_type: str) -> None:
    forms.post("/api/a", body, media_type=media_type).refused(400, "malformed")


def test_objects_within_a_form() -> None:
    schema = {
        "type": "object",
        "properties": {
            "point": {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]},
            "parts": {"type": "array", "items": {"type": "integer"}},
        },
    }
    body = {"content": {URLENCODED: {"schema": schema}}}
    edge = Edge(document({"/a": {"post": operation("A", requestBody=body)}}))
    assert edge.post("/api/a", b"point=%7B%22x%22:1%7D", media_type=URLENCODED).json["body"] == {
        "point": {"x": 1}
    }
    assert edge.post("/api/a", b"point[x]=1", media_type=URLENCODED).status == 200
    edge.post("/api/a", b"point=%7B", media_type=URLENCODED).refused(400, "malformed")
    assert edge.post("/api/a", b"point={}", media_type=URLENCODED).refused(422, "invalid").places == [
        "/point/x"
    ]
    assert edge.post("/api/a", b"parts=1&parts=x", media_type=URLENCODED).places == ["/parts/1"]
