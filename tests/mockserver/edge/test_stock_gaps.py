"""What Connexion's stock stages let through, or fail on with a 500, and how it is answered here."""

from __future__ import annotations

import pytest

from tests.mockserver.edge.harness import ID, KEY, Edge, document, json_body, operation, with_fields
from tests.mockserver.edge.things import things


@pytest.fixture(scope="module")
def edge() -> Edge:
    return Edge(things())


NAME = b'{"name": "a"'

REFUSED_QUERIES = [
    pytest.param("limit=1_0", 400, id="an underscore among digits"),
    pytest.param("limit=%201", 400, id="a space before digits"),
    pytest.param("limit=+1", 400, id="a plus sign, which is a space"),
    pytest.param("limit=1%20", 400, id="a space after digits"),
    pytest.param("limit=%D9%A1%D9%A0", 400, id="Arabic digits"),
    pytest.param("limit=%EF%BC%91", 400, id="full-width digits"),
    pytest.param("limit=", 400, id="no digits"),
    pytest.param("limit", 400, id="no value"),
    pytest.param("limit=010", 400, id="a leading zero"),
    pytest.param("limit=1.0", 400, id="a fraction"),
    pytest.param("limit=1e2", 400, id="an exponent"),
    pytest.param("limit=0x10", 400, id="hexadecimal"),
    pytest.param("limit=" + "9" * 5000, 400, id="more digits than Python converts"),
    pytest.param("limit=1001", 422, id="above the maximum"),
    pytest.param("limit=" + "9" * 50, 422, id="far above the maximum"),
    pytest.param("limit=5&limit=6", 400, id="a scalar twice"),
    pytest.param("limit=5&limit=5", 400, id="a scalar twice, the same"),
    pytest.param("limit=5&%6Cimit=6", 400, id="a scalar twice, its name disguised"),
    pytest.param("weight=nan", 400, id="nan"),
    pytest.param("weight=NaN", 400, id="NaN"),
    pytest.param("weight=inf", 400, id="inf"),
    pytest.param("weight=-Infinity", 400, id="-Infinity"),
    pytest.param("weight=1e999", 400, id="a number that is infinite as a double"),
    pytest.param("weight=1_0.5", 400, id="an underscore in a number"),
    pytest.param("weight=.5", 400, id="a number without its zero"),
    pytest.param("live=1", 400, id="1 for true"),
    pytest.param("live=TRUE", 400, id="TRUE"),
    pytest.param("owner_id=nonsense", 422, id="no UUID"),
    pytest.param(f"owner_id={ID}%0A", 422, id="a UUID and a line end"),
    pytest.param("born=2024-02-30", 422, id="no such date"),
    pytest.param("born=yesterday", 422, id="no date"),
    pytest.param("small=2147483648", 422, id="more than int32"),
    pytest.param("order=up", 422, id="not in the enum"),
    pytest.param("order=%FF", 400, id="no UTF-8"),
    pytest.param("order=%C3", 400, id="half a UTF-8 character"),
    pytest.param("order=%ED%A0%80", 400, id="a surrogate"),
    pytest.param("order=%zz", 400, id="a percent sign before no digits"),
    pytest.param("order=asc%", 400, id="a percent sign at the end"),
    pytest.param("untyped=x", 422, id="a schema without a type is still a schema"),
]


@pytest.mark.parametrize(("query", "status"), REFUSED_QUERIES)
def test_query_is_refused(edge: Edge, query: str, status: int) -> None:
    reached = edge.reached
    reply = edge.ask("GET", f"/api/things?{query}")
    reply.refused(status, {400: "malformed", 422: "invalid"}[status])
    assert reply.places == [f"query/{query.partition('=')[0].replace('%6C', 'l')}"]
    assert edge.reached == reached


ACCEPTED_QUERIES = [
    pytest.param("", {}, id="nothing"),
    pytest.param("limit=1000", {"limit": 1000}, id="the maximum"),
    pytest.param("offset=-0", {"offset": 0}, id="minus zero"),
    pytest.param("weight=-1.5e-3", {"weight": -0.0015}, id="a number with everything"),
    pytest.param("weight=7", {"weight": 7}, id="a whole number"),
    pytest.param("live=true", {"live": True}, id="true"),
    pytest.param("small=-2147483648", {"small": -2147483648}, id="the least int32"),
    pytest.param("born=2024-02-29", {"born": "2024-02-29"}, id="a leap day"),
    pytest.param(f"owner_id={ID.upper()}", {"owner_id": ID.upper()}, id="a UUID in capitals"),
    pytest.param("untyped=12", {"untyped": "12"}, id="without a type, text"),
    pytest.param("bare=", {"bare": ""}, id="an empty schema takes the empty text"),
    pytest.param("bare=%00", {"bare": "\0"}, id="NUL in text"),
    pytest.param("tags=a&tags=b", {"tags": ["a", "b"]}, id="an array, member by member"),
    pytest.param("tags=", {"tags": []}, id="an array without members"),
    pytest.param("unheard_of=1&unheard_of=%FF&%zz=1&&=", {}, id="what is not declared is ignored"),
    pytest.param("bare=a+b%2Bc", {"bare": "a b+c"}, id="plus is a space"),
    pytest.param("%6Cimit=7", {"limit": 7}, id="a percent-encoded name"),
]


@pytest.mark.parametrize(("query", "found"), ACCEPTED_QUERIES)
def test_query_is_read(edge: Edge, query: str, found: dict[str, object]) -> None:
    reply = edge.ask("GET", f"/api/things?{query}")
    assert reply.status == 200, reply.body
    assert reply.json["query"] == {"limit": 100, "offset": 0, "order": "desc", **found}


REFUSED_BODIES = [
    pytest.param(b"", 400, id="none"),
    pytest.param(b" ", 400, id="white space"),
    pytest.param(b'{"name": "a"', 400, id="not closed"),
    pytest.param(b"{'name': 'a'}", 400, id="single quotes"),
    pytest.param(b'{"name": "\xff"}', 400, id="no UTF-8"),
    pytest.param(b'{"name": "\xed\xa0\x80"}', 400, id="a surrogate in UTF-8"),
    pytest.param(b'{"name": "\\ud800"}', 400, id="a lone surrogate, escaped"),
    pytest.param(b'{"name": "\\udc00\\ud800"}', 400, id="surrogates the wrong way round"),
    pytest.param(b'\xef\xbb\xbf{"name": "a"}', 400, id="a byte order mark"),
    pytest.param('{"name": "a"}'.encode("utf-16"), 400, id="UTF-16"),
    pytest.param(NAME + b', "weight": NaN}', 400, id="NaN"),
    pytest.param(NAME + b', "weight": Infinity}', 400, id="Infinity"),
    pytest.param(NAME + b', "weight": 1e400}', 400, id="more than a double"),
    pytest.param(NAME + b', "weight": 1e-400}', 400, id="less than a double"),
    pytest.param(NAME + b', "metadata": {"n": ' + b"9" * 5000 + b"}}", 400, id="a huge integer"),
    pytest.param(b"[" * 100_000, 400, id="a hundred thousand brackets"),
    pytest.param(b"[" * 5000 + b"]" * 5000, 400, id="five thousand levels"),
    pytest.param(NAME + b', "metadata": ' + b'{"a":' * 500 + b"1" + b"}" * 501, 400, id="500 levels"),
    pytest.param(b"null", 422, id="null"),
    pytest.param(b"[]", 422, id="an array"),
    pytest.param(b"{}", 422, id="without what is required"),
    pytest.param(b'{"name": null}', 422, id="null for what is required"),
    pytest.param(b'{"name": ""}', 422, id="too short"),
    pytest.param(NAME + b', "owner_id": "x"}', 422, id="no UUID"),
    pytest.param(NAME + b', "born": "2023-02-29"}', 422, id="no such date"),
    pytest.param(NAME + b', "homepage": "not a uri"}', 422, id="no URI"),
    pytest.param(NAME + b', "size": 2147483648}', 422, id="more than int32"),
    pytest.param(NAME + b', "size": 1.5}', 422, id="a fraction for an integer"),
    pytest.param(NAME + b', "shape": 7}', 422, id="none of the alternatives"),
]


@pytest.mark.parametrize(("body", "status"), REFUSED_BODIES)
def test_body_is_refused(edge: Edge, body: bytes, status: int) -> None:
    reached = edge.reached
    reply = edge.post("/api/things", body)
    reply.refused(status, {400: "malformed", 422: "invalid"}[status])
    assert len(reply.places) == 1
    assert len(reply.body) < 2000
    assert edge.reached == reached


def test_null_among_alternatives_is_a_value_where_it_is_required() -> None:
    null = {"type": "string", "nullable": True, "enum": [None]}
    schema = {
        "type": "object",
        "required": ["shape"],
        "properties": {"shape": {"oneOf": [{"type": "integer"}, null]}},
    }
    edge = Edge(document({"/shapes": {"post": operation("NewShape", requestBody=json_body(schema))}}))
    assert edge.post("/api/shapes", {"shape": None}).json["body"] == {"shape": None}
    edge.post("/api/shapes", {"shape": "round"}).refused(422, "invalid")


@pytest.mark.parametrize(
    "number",
    [
        b"18446744073709551616",
        b"-9223372036854775809",
        b"1" * 300,
        b"18446744073709551615",
        b"-9223372036854775808",
        b"9007199254740993",
        b"0.1",
        b"1e300",
        b"5e-324",
    ],
)
def test_numbers_come_back_as_they_went(edge: Edge, number: bytes) -> None:
    reply = edge.post("/api/things", NAME + b', "metadata": {"n": ' + number + b"}}")
    assert b'"n":' + number in reply.body.replace(b"e+", b"e")


@pytest.mark.parametrize(
    "text", ["0" * 40, "1e-999", "18446744073709551616", 'quote " and \\ and \u2028', "\0", "😀" * 3]
)
def test_digits_in_strings_are_no_numbers(edge: Edge, text: str) -> None:
    assert edge.post("/api/things", {"name": text}).json["body"] == {"name": text}


def test_long_strings_pass(edge: Edge) -> None:
    name = "ü" * 100_000
    assert edge.post("/api/things", {"name": name}).json["body"] == {"name": name}


def test_deep_but_not_too_deep(edge: Edge) -> None:
    metadata: object = 1
    for _ in range(150):
        metadata = {"a": metadata}
    assert edge.post("/api/things", {"name": "a", "metadata": metadata}).status == 200


def test_many_brackets_side_by_side_are_not_deep(edge: Edge) -> None:
    reply = edge.post("/api/things", {"name": "a", "metadata": {"rows": [[]] * 10_000}})
    assert reply.status == 200


def test_chunked_bodies_are_bodies(edge: Edge) -> None:
    chunks = [b'{"na', b'me": ', b"", b'"a"}']
    reply = edge.ask("POST", "/api/things", with_fields(("content-type", "application/json")), chunks)
    assert reply.json["body"] == {"name": "a"}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "APPLICATION/JSON",
        "Application/Json; Charset=UTF-8",
        'application/json;charset="utf-8"',
        "application/json ; charset=utf8",
        "application/json; profile=x",
    ],
)
def test_content_type_in_any_spelling(edge: Edge, content_type: str) -> None:
    assert edge.post("/api/things", {"name": "a"}, media_type=content_type).json["body"] == {"name": "a"}


def test_without_content_type_json_is_assumed(edge: Edge) -> None:
    assert edge.ask("POST", "/api/things", KEY, b'{"name": "a"}').json["body"] == {"name": "a"}


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "application/jsonp",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application",
        "/",
        "application/json, text/plain",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
        "\xff\xfe",
    ],
)
def test_other_media_types_are_415(edge: Edge, content_type: str) -> None:
    reply = edge.post("/api/things", {"name": "a"}, media_type=content_type)
    reply.refused(415, "unsupported-media-type")
    assert reply.places == ["header/content-type"]


def test_coded_bodies_are_415(edge: Edge) -> None:
    fields = with_fields(("content-type", "application/json"), ("content-encoding", "gzip"))
    reply = edge.ask("POST", "/api/things", fields, b"\x1f\x8b")
    reply.refused(415, "unsupported-media-type")
    assert reply.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("path", "status", "slug"),
    [
        pytest.param("/api/things/%00", 400, "malformed", id="NUL"),
        pytest.param(f"/api/things/{ID}%00", 400, "malformed", id="an id and NUL"),
        pytest.param("/api/names/a%00b", 400, "malformed", id="NUL in a plain string"),
        pytest.param("/api/names/%FF", 400, "malformed", id="no UTF-8"),
        pytest.param("/api/names/%E2%82", 400, "malformed", id="half a character"),
        pytest.param("/api/names/100%", 400, "malformed", id="a stray percent sign"),
        pytest.param("/api/names/%u0041", 400, "malformed", id="an escape of another age"),
        pytest.param("/api/things/42", 400, "malformed", id="no UUID"),
        pytest.param(f"/api/things/{ID}x", 400, "malformed", id="more than a UUID"),
        pytest.param(f"/api/things/{{{ID}}}", 400, "malformed", id="a UUID in braces"),
        pytest.param(f"/api/things/{ID.replace('-', '')}", 400, "malformed", id="a UUID without hyphens"),
        pytest.param("/api/things/" + "x" * 50_000, 400, "malformed", id="a very long id"),
        pytest.param("/api/nothing", 404, "no-such-path", id="no such path"),
        pytest.param("/api/" + "x/" * 20_000, 404, "no-such-path", id="a very long path"),
        pytest.param("/", 404, "no-such-path", id="outside"),
        pytest.param("*", 404, "no-such-path", id="an asterisk"),
        pytest.param("/v1/chat", 404, "no-such-path", id="another API"),
    ],
)
def test_path_is_refused(edge: Edge, path: str, status: int, slug: str) -> None:
    reply = edge.ask("GET", path)
    reply.refused(status, slug)
    assert len(reply.body) < 2000


def test_a_body_on_get_is_ignored(edge: Edge) -> None:
    assert edge.ask("GET", f"/api/things/{ID}", KEY, b"\xff" * 1000).json["body"] is None


def test_of_a_repeated_member_the_last_counts(edge: Edge) -> None:
    assert edge.post("/api/things", b'{"name": "a", "name": "b"}').json["body"] == {"name": "b"}


def test_all_mistakes_are_reported_at_once(edge: Edge) -> None:
    reply = edge.ask("GET", "/api/things?limit=0&offset=-1&order=up").refused(422, "invalid")
    assert reply.places == ["query/limit", "query/offset", "query/order"]
    reply = edge.ask("GET", "/api/things?limit=0&offset=x").refused(400, "malformed")
    assert reply.places == ["query/offset"]
