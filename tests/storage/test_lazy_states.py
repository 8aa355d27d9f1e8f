"""Models of migrations are rendered as they are asked for, and are what Django makes."""

import pytest
from django.db import models
from django.db.migrations import AddField, CreateModel, RemoveField
from django.db.migrations.state import ProjectState

from commentarchive.storage.lazy_states import LazyState
from commentarchive.storage.migration_steps import StepLoader

pytestmark = pytest.mark.pure


def made(name, **fields):
    return CreateModel(
        name, [("id", models.AutoField(primary_key=True)), *fields.items()]
    )


def leading_to(name):
    return models.ForeignKey(f"here.{name}", models.PROTECT)


# A comment leads to its article and that to its blog; reports lead to comments.
OPERATIONS = [
    made("Blog"),
    made("Post", blog=leading_to("Blog")),
    made("Comment", post=leading_to("Post")),
    made("Report", comment=leading_to("Comment")),
]


@pytest.fixture
def state():
    state = LazyState({}, set(), is_for_code=False)
    for operation in OPERATIONS:
        operation.state_forwards("here", state)
    return state


def rendered(state):
    return [*state.apps.all_models["here"]]


def test_what_a_model_leads_to_is_rendered_with_it_and_nothing_else(state):
    assert rendered(state) == []
    post = state.apps.get_model("here", "Post")
    assert sorted(rendered(state)) == ["blog", "post"]
    assert post._meta.get_field("blog").related_model is state.apps.get_model(
        "here.Blog"
    )
    assert sorted(rendered(state)) == ["blog", "post"]


def test_whoever_asks_what_leads_to_a_model_learns_of_all(state):
    post = state.apps.get_model("here", "Post")
    assert [each.name for each in post._meta.related_objects] == ["comment"]
    assert len(rendered(state)) == len(OPERATIONS)


def test_an_app_and_the_list_of_all_models_are_whole(state):
    names = ["Blog", "Comment", "Post", "Report"]
    assert sorted(each.__name__ for each in state.clone().apps.get_models()) == names
    config = LazyState(state.models, set()).apps.get_app_config("here")
    assert sorted(each.__name__ for each in config.get_models()) == names


def test_code_gets_models_with_all_their_attributes(state):
    before = state.clone()
    before.clear_delayed_apps_cache()
    assert hasattr(before.apps.get_model("here", "Post"), "comment_set")
    # What comes after it gets single models again.
    state.apps.get_model("here", "Post")
    assert sorted(rendered(state)) == ["blog", "post"]


def test_a_state_kept_from_before_an_operation_stays_as_it_was(state):
    before = state.clone()
    AddField("Post", "other", leading_to("Blog")).state_forwards("here", state)
    RemoveField("Comment", "post").state_forwards("here", state)

    def fields(state, name):
        model = state.apps.get_model("here", name)
        return [field.name for field in model._meta.local_fields]

    assert fields(before, "Post") == ["id", "blog"]
    assert fields(state, "Post") == ["id", "blog", "other"]
    assert fields(before, "Comment") == ["id", "post"]
    assert fields(state, "Comment") == ["id"]


def test_a_name_that_is_not_there_is_refused(state):
    with pytest.raises(LookupError, match=r"here\.Nowhere"):
        state.apps.get_model("here", "Nowhere")


def test_all_steps_end_in_the_models_that_django_renders():
    graph = StepLoader(None).graph
    ours = LazyState({}, set())
    for step in graph._generate_plan(graph.leaf_nodes(), at_end=True):
        graph.nodes[step].mutate_state(ours, preserve=False)
    theirs = ProjectState(ours.models, set())

    def columns(apps):
        return {
            model._meta.label: [
                (field.column, field.get_internal_type())
                for field in model._meta.local_fields
            ]
            for model in apps.get_models(include_auto_created=True)
        }

    assert columns(ours.apps) == columns(theirs.apps)
