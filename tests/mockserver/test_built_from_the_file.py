"""The mock is built from the file alone: additions are stateful, validated, listed and paged at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.bundled import shipped
from contracts.document import load
from tests.mockserver.api import UNKNOWN, Api, build_mock
from tests.mockserver.shipped import DOCUMENT

DATA = Path(__file__).parents[1] / "data"
WIDER = load(overlays=[DATA / "additions.overlay.yaml"])


@pytest.fixture
def api() -> Api:
    return Api(build_mock(WIDER, "one", "two"), "one")


@pytest.fixture
def folder(api: Api) -> str:
    """The path of a folder."""
    return f"/folders/{api.create('/folders', {'title': 'Plans'})['id']}"


class TestFolders:
    """Answers that are the record itself, an envelope that counts, an empty 204, camel-case times."""

    def test_the_record_is_the_answer(self, api: Api) -> None:
        made = api.create("/folders", {"title": "Plans", "tags": ["a", "b"]})
        assert made == {
            "id": made["id"],
            "title": "Plans",
            "starred": False,
            "tags": ["a", "b"],
            "createdAt": "2024-05-01T12:00:00.000000Z",
            "updatedAt": "2024-05-01T12:00:00.000000Z",
        }
        assert api.get(f"/folders/{made['id']}").ok() == made

    def test_put_replaces_and_patch_merges(self, api: Api) -> None:
        made = api.create("/folders", {"title": "Plans", "tags": ["a"], "starred": True})
        address = f"/folders/{made['id']}"
        replaced = api.put(address, {"title": "New"}).ok()
        assert replaced == {k: v for k, v in made.items() if k != "tags"} | {
            "title": "New",
            "starred": False,
            "updatedAt": replaced["updatedAt"],
        }
        merged = api.patch(address, {"tags": ["b"]}).ok()
        assert merged == replaced | {"tags": ["b"], "updatedAt": merged["updatedAt"]}
        assert made["updatedAt"] < replaced["updatedAt"] < merged["updatedAt"]
        assert api.get(address).ok() == merged

    def test_delete_answers_nothing_and_leaves_nothing(self, api: Api, folder: str) -> None:
        gone = api.delete(folder)
        assert (gone.status, gone.body) == (204, b"")
        assert "content-type" not in gone.headers
        for reply in (api.get(folder), api.delete(folder), api.put(folder, {"title": "x"})):
            reply.refused(404, "not-found", "path/folder_id")

    def test_requests_are_checked(self, api: Api, folder: str) -> None:
        before = api.dump()
        api.post("/folders", {"title": ""}).refused(422, "invalid", "/title")
        api.post("/folders", {"tags": ["a", "a"]}).refused(422, "invalid", "/tags", "/title")
        api.patch(folder, {"starred": "yes"}).refused(422, "invalid", "/starred")
        api.post("/folders", {"title": "x", "agent_id": UNKNOWN}).refused(404, "not-found", "/agent_id")
        api.get("/folders/1").refused(400, "malformed", "path/folder_id")
        api.get("/folders", pageSize=51).refused(422, "invalid", "query/pageSize")
        assert api.dump() == before

    def test_the_list_pages_sorts_counts_and_filters_in_its_own_words(self, api: Api) -> None:
        guide = api.create("/agents", {"name": "Guide"})["id"]
        for number in range(12):
            sent = {"title": f"{number * 5 % 12:02}", "starred": number % 3 == 0}
            api.create("/folders", sent | ({"agent_id": guide} if number < 2 else {}))

        def titles(**query: Any) -> list[str]:
            return [folder["title"] for folder in api.get("/folders", **query).ok()["folders"]]

        newest_first = [f"{number * 5 % 12:02}" for number in reversed(range(12))]
        assert titles() == newest_first[:10]
        assert titles(pageSize=4, skip=10) == newest_first[10:]
        assert titles(sort="title", pageSize=50) == sorted(newest_first)
        assert titles(sort="-title", pageSize=3) == ["11", "10", "09"]
        assert titles(sort="createdAt", pageSize=50) == newest_first[::-1]
        assert titles(starred="true") == [newest_first[n] for n in (2, 5, 8, 11)]
        assert titles(agent_id=guide) == newest_first[10:]
        assert api.get("/folders", pageSize=1).ok()["totalCount"] == 12
        assert api.get("/folders", pageSize=1, starred="true").ok()["totalCount"] == 4

    def test_what_is_no_verb_is_imitated(self, api: Api, folder: str) -> None:
        before = api.dump()
        shared = api.post(f"{folder}/share", {"with": "ann@example.com"}).ok(202)
        assert set(shared) == {"link", "until"}
        assert api.post(f"{folder}/share", {"with": "ann@example.com"}).ok(202) == shared
        assert api.post(f"{folder}/lock").ok() == {"folder": api.get(folder).ok()}
        api.post(f"{folder}/share", {"with": 7}).refused(422, "invalid", "/with")
        api.post(f"/folders/{UNKNOWN}/share", {"with": "ann@example.com"}).refused(404, "not-found")
        assert api.dump() == before

    def test_another_key_sees_none_of_it(self, api: Api, folder: str) -> None:
        other = Api(api.mock, "two")
        assert other.get("/folders").ok() == {"folders": [], "totalCount": 0}
        other.get(folder).refused(404, "not-found")


class TestFiles:
    """A sub-collection: numbers as ids, each record wrapped in its name, pages by number, a bare array."""

    def test_a_record_is_wrapped_on_its_way_in_and_out(self, api: Api, folder: str) -> None:
        made = api.post(f"{folder}/files", {"file": {"name": "a.txt"}}).ok(201)
        id = made["file"]["id"]
        assert type(id) is int
        assert made["file"] == {"id": id, "folder_id": folder[9:], "name": "a.txt", "bytes": 0}
        assert api.get(f"{folder}/files/{id}").ok() == made
        changed = {"file": made["file"] | {"name": "b.txt", "bytes": 5}}
        assert api.put(f"{folder}/files/{id}", {"file": {"name": "b.txt", "bytes": 5}}).ok() == changed
        assert api.delete(f"{folder}/files/{id}").ok() == changed
        api.get(f"{folder}/files/{id}").refused(404, "not-found", "path/file_id")

    def test_mistakes_are_named_within_the_wrapper(self, api: Api, folder: str) -> None:
        api.post(f"{folder}/files", {"name": "a.txt"}).refused(422, "invalid", "/file")
        api.post(f"{folder}/files", {"file": {"bytes": -1}}).refused(
            422, "invalid", "/file/bytes", "/file/name"
        )

    def test_pages_are_counted_from_one(self, api: Api, folder: str) -> None:
        made = [api.post(f"{folder}/files", {"file": {"name": str(n)}}).ok(201)["file"] for n in range(7)]
        newest_first = made[::-1]
        assert api.get(f"{folder}/files").json == newest_first[:3]
        assert api.get(f"{folder}/files", page=3).json == newest_first[6:]
        assert api.get(f"{folder}/files", page=4).json == []
        assert api.get(f"{folder}/files", page=2, per_page=5).json == newest_first[5:]
        api.get(f"{folder}/files", page=0).refused(422, "invalid", "query/page")

    def test_files_belong_to_their_folder_and_go_with_it(self, api: Api, folder: str) -> None:
        other = f"/folders/{api.create('/folders', {'title': 'Other'})['id']}"
        id = api.post(f"{folder}/files", {"file": {"name": "a"}}).ok(201)["file"]["id"]
        assert api.get(f"{other}/files").json == []
        api.get(f"{other}/files/{id}").refused(404, "not-found")
        api.post(f"/folders/{UNKNOWN}/files", {"file": {"name": "a"}}).refused(404, "not-found")
        assert api.delete(folder).status == 204
        api.get(f"{folder}/files").refused(404, "not-found")
        assert {path for path, _ in api.dump()} == {"/folders"}


class TestLabels:
    """Ids that the client gives, and a receipt that says some of the record."""

    def test_the_client_names_them(self, api: Api) -> None:
        assert api.create("/labels", {"slug": "red", "text": "Red"}) == {"slug": "red"}
        assert api.create("/labels", {"slug": "blue", "text": "Blue", "note": "n"}) == {
            "slug": "blue",
            "note": "n",
        }
        assert api.get("/labels/red").ok() == {"slug": "red", "text": "Red"}
        assert [label["slug"] for label in api.get("/labels").ok()["data"]] == ["blue", "red"]

    def test_a_name_is_taken_until_it_is_given_back(self, api: Api) -> None:
        api.create("/labels", {"slug": "red", "text": "Red"})
        before = api.dump()
        api.post("/labels", {"slug": "red", "text": "Another"}).refused(409, "conflict", "/slug")
        assert api.dump() == before
        assert api.delete("/labels/red").status == 204
        api.create("/labels", {"slug": "red", "text": "Another"})
        assert Api(api.mock, "two").create("/labels", {"slug": "red", "text": "Mine"}) == {"slug": "red"}

    def test_a_name_that_breaks_its_pattern_is_refused(self, api: Api) -> None:
        api.post("/labels", {"slug": "RED", "text": "Red"}).refused(422, "invalid", "/slug")
        api.get("/labels/RED").refused(400, "malformed", "path/slug")


class TestPreferences:
    """One record for each key, there from the start."""

    def test_it_is_read_before_it_was_written(self, api: Api) -> None:
        assert api.get("/preferences").ok() == {"language": "en", "beta": False}

    def test_it_is_replaced_and_merged(self, api: Api) -> None:
        assert api.patch("/preferences", {"theme": {"dark": True}}).ok()["theme"] == {"dark": True}
        assert api.patch("/preferences", {"theme": {"size": 3}}).ok()["theme"] == {"dark": True, "size": 3}
        replaced = {"language": "de", "beta": False}
        assert api.put("/preferences", replaced).ok() == replaced
        assert api.get("/preferences").ok() == replaced
        assert Api(api.mock, "two").get("/preferences").ok()["language"] == "en"

    def test_it_is_checked(self, api: Api) -> None:
        api.patch("/preferences", {"language": "xx"}).refused(422, "invalid", "/language")
        api.put("/preferences", {"language": "de"}).refused(422, "invalid", "/beta")


class TestRegions:
    """Records that can be read and that nobody can make come with the API."""

    def test_there_are_some_and_they_stay_the_same(self, api: Api) -> None:
        regions = api.get("/regions").ok()["results"]
        assert len({region["id"] for region in regions}) == 5
        assert all(region["currency"] in {"EUR", "GBP", "USD"} for region in regions)
        assert api.get("/regions").ok()["results"] == regions
        assert [api.get(f"/regions/{region['id']}").ok() for region in regions] == regions
        assert api.get("/regions", limit=2).ok()["results"] == regions[:2]

    def test_the_same_seed_gives_the_same_ones_and_each_key_has_its_own(self, api: Api) -> None:
        def regions(key: str) -> list[Any]:
            found: list[Any] = Api(build_mock(WIDER, "one", "two"), key).get("/regions").ok()["results"]
            return found

        assert regions("one") == regions("one")
        assert not {region["id"] for region in regions("one")} & {region["id"] for region in regions("two")}

    def test_they_can_be_deleted_for_good(self, api: Api) -> None:
        first, *rest = api.get("/regions").ok()["results"]
        assert api.delete(f"/regions/{first['id']}").status == 204
        assert api.get("/regions").ok()["results"] == rest
        for region in rest:
            api.delete(f"/regions/{region['id']}")
        assert api.get("/regions").ok()["results"] == []

    def test_they_refer_to_records_that_are_there(self, api: Api) -> None:
        guide = api.create("/agents", {"name": "Guide"})["id"]
        assert {region["agent_id"] for region in api.get("/regions").ok()["results"]} == {guide}
        assert not any(
            "agent_id" in region for region in Api(api.mock, "two").get("/regions").ok()["results"]
        )


def test_a_property_added_to_a_schema_is_kept_checked_and_defaulted(api: Api) -> None:
    plain, blue = (
        api.create("/agents", {"name": "Guide", **more})["id"] for more in ({}, {"colour": "blue"})
    )
    assert api.get(f"/agents/{plain}").ok()["colour"] == "red"
    assert [agent["colour"] for agent in api.get("/agents").items] == ["blue", "red"]
    api.patch(f"/agents/{blue}", {"colour": "green"}).ok()
    assert api.get(f"/agents/{blue}").ok()["colour"] == "green"
    api.put(f"/agents/{blue}", {"name": "Guide", "about": ""}).ok()
    assert api.get(f"/agents/{blue}").ok()["colour"] == "red"
    api.post("/agents", {"name": "Guide", "colour": "pink"}).refused(422, "invalid", "/colour")


def test_an_edited_file_does_what_an_overlay_does(tmp_path: Path) -> None:
    """The same additions, written into a copy of the file itself."""
    data = yaml.safe_load(shipped().spec.read_text("utf-8"))
    for action in yaml.safe_load((DATA / "additions.overlay.yaml").read_text("utf-8"))["actions"]:
        if action["target"] == "$.paths":
            data["paths"].update(action["update"])
        elif action["target"] == "$.components.schemas":
            data["components"]["schemas"].update(action["update"])
    copy = tmp_path / "mine.yaml"
    copy.write_text(yaml.safe_dump(data, sort_keys=False), "utf-8")
    api = Api(build_mock(load(copy), "one"), "one")
    made = api.create("/folders", {"title": "Plans"})
    assert api.get("/folders").ok() == {"folders": [made], "totalCount": 1}
    assert len(api.mock.model.resources) == len(build_mock(DOCUMENT).model.resources) + 5


class TestMuseum:
    @pytest.fixture
    def api(self) -> Api:
        return Museum(build_mock(load(DATA / "museum.yaml"), "dXNlcjpwYXNz", "user:pass"), "")

    def test_opening_hours_are_there_and_page(self, api: Api) -> None:
        first, second, third = (api.get("/hours", page=page).json for page in (1, 2, 3))
        assert [len(first), len(second), len(third)] == [4, 1, 0]
        assert all(set(day) == {"date", "opens", "closes"} for day in first + second)

    def test_events_live(self, api: Api) -> None:
        sent = {"name": "Night", "location": "Hall", "dates": ["2024-05-01"], "price": 12.5}
        made = api.create("/events", sent)
        assert made == {"eventId": made["eventId"]} | sent
        assert api.patch(f"/events/{made['eventId']}", {"price": 10}).ok() == made | {"price": 10}
        assert api.get("/events").json == [made | {"price": 10}]
        api.post("/events", sent | {"dates": ["soon"]}).refused(422, "invalid", "/dates/0")
        assert api.delete(f"/events/{made['eventId']}").status == 204
        assert api.get("/events").json == []

    def test_a_purchase_is_answered_in_its_own_words(self, api: Api) -> None:
        sent = {"kind": "general", "date": "2024-05-01"}
        bought = api.create("/tickets", sent)
        assert bought == bought | sent
        assert {"ticketId", "message"} <= set(bought)
        picture = api.get(f"/tickets/{bought['ticketId']}/code")
        assert (picture.status, picture.headers["content-type"]) == (200, "image/png")


class TestArticles:
    @pytest.fixture
    def api(self) -> Api:
        return Blog(build_mock(load(DATA / "articles.yaml"), "one"), "one")

    def test_articles_live_in_their_wrapper(self, api: Api) -> None:
        made = api.create("/articles", {"article": {"title": "T", "body": "B"}})["article"]
        assert made["tagList"] == []
        changed = api.put(f"/articles/{made['slug']}", {"article": {"title": "U", "body": "B"}}).ok()[
            "article"
        ]
        assert changed == made | {"title": "U", "updatedAt": changed["updatedAt"]}
        assert api.get("/articles").ok() == {"articles": [changed], "total": 1}
        assert api.get("/articles", author="nobody").ok() == {"articles": [], "total": 0}
        api.post("/articles", {"article": {"title": 1}}).refused(
            422, "invalid", "/article/body", "/article/title"
        )
        assert api.delete(f"/articles/{made['slug']}").status == 200
        assert api.get("/articles").ok() == {"articles": [], "total": 0}

    def test_an_action_shows_the_record_it_is_done_to(self, api: Api) -> None:
        made = api.create("/articles", {"article": {"title": "T", "body": "B"}})
        assert api.post(f"/articles/{made['article']['slug']}/favorite").ok() == made
        api.post("/articles/none/favorite").refused(404, "not-found", "path/slug")

    def test_comments_live_under_their_article(self, api: Api) -> None:
        slug = api.create("/articles", {"article": {"title": "T", "body": "B"}})["article"]["slug"]
        made = api.post(f"/articles/{slug}/comments", {"comment": {"body": "C"}}).ok()["comment"]
        assert api.get(f"/articles/{slug}/comments").ok() == {"comments": [made]}
        assert api.delete(f"/articles/{slug}/comments/{made['id']}").status == 200
        assert api.get(f"/articles/{slug}/comments").ok() == {"comments": []}
        api.get("/articles/none/comments").refused(404, "not-found", "path/slug")

    def test_the_user_is_one_record_and_tags_are_only_texts(self, api: Api) -> None:
        user = api.get("/user").ok()["user"]
        assert api.put("/user", {"user": {"bio": "New"}}).ok() == {"user": user | {"bio": "New"}}
        assert api.get("/user").ok()["user"]["bio"] == "New"
        tags = api.get("/tags").ok()["tags"]
        assert all(isinstance(tag, str) for tag in tags)
        assert api.get("/tags").ok()["tags"] == tags


class Museum(Api):
    """The museum asks for a name and a password."""

    def call(self, method: str, path: str, *sent: Any, **options: Any) -> Any:
        return super().call(method, path, *sent, headers={"authorization": "Basic dXNlcjpwYXNz"}, **options)


class Blog(Api):
    """The blog asks for a token in a header of its own."""

    def call(self, method: str, path: str, *sent: Any, **options: Any) -> Any:
        return super().call(method, path, *sent, headers={"x-token": self.key}, **options)
