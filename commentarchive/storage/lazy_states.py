"""Models as a migration sees them, each rendered when it is asked for.

After each operation Django renders anew whatever is related to what changed, and here
nearly all models are related. What changes a table needs one model and those that its
foreign keys lead to. Which others lead to a model is known only where all are rendered:
that happens as soon as anyone asks.
"""

from collections.abc import Collection
from typing import Any, Self, override

from django.apps.registry import Apps
from django.db.migrations.state import ModelState, ProjectState, StateApps

type Key = tuple[str, str]


class LazyApps(StateApps):
    """The models of one state, as they were when this was made.

    Where `is_for_code`, all are rendered together, since code follows relations both
    ways, by attributes that a model has only once the other one is there.
    """

    def __init__(
        self, real_apps: set[str], models: dict[Key, ModelState], *, is_for_code: bool
    ) -> None:
        self._unrendered: dict[Key, ModelState] = {}
        self.is_for_code = is_for_code
        super().__init__(real_apps, {})  # type: ignore[arg-type]  # of labels, as the state has them
        self._unrendered = {key: model.clone() for key, model in models.items()}
        # Until then nobody looks for relations that lead to a model.
        self.models_ready = False

    def _render(self, keys: Collection[Key]) -> None:
        """Render models, and those to which they lead."""
        while found := [key for key in self._unrendered if key in keys]:
            self.render_multiple([self._unrendered.pop(key) for key in found])
            keys = self._pending_operations.keys()

    def _render_rest(self) -> None:
        self._render(self._unrendered.keys())
        self.models_ready = True

    @override
    def get_model(
        self, app_label: str, model_name: str | None = None, require_ready: bool = True
    ) -> Any:
        if model_name is None:
            app_label, model_name = app_label.split(".")
        if self.is_for_code:
            self._render_rest()
        self._render([(app_label, model_name.lower())])
        return self.get_registered_model(app_label, model_name)

    @override
    def get_models(
        self, include_auto_created: bool = False, include_swapped: bool = False
    ) -> Any:
        self._render_rest()
        # What Django keeps of it, it would forget in `clear_cache`, of all registries.
        whole = Apps.get_models.__wrapped__  # type: ignore[attr-defined]  # a cached function
        return whole(self, include_auto_created, include_swapped)

    @override
    def get_app_config(self, app_label: str) -> Any:
        self._render_rest()
        return super().get_app_config(app_label)

    @override
    def get_app_configs(self) -> Any:
        self._render_rest()
        return super().get_app_configs()

    @override
    def clear_cache(self) -> None:
        """Let the rendered models forget what they keep of one another."""
        if self.ready:
            for models in self.all_models.values():
                for model in models.values():
                    model._meta._expire_cache()  # type: ignore[attr-defined]  # noqa: SLF001  # as Django does


class LazyState(ProjectState):
    """The models of a project, to be changed by operations."""

    def __init__(
        self,
        models: dict[Key, ModelState],
        real_apps: set[str],
        *,
        is_for_code: bool = True,
        apps: LazyApps | None = None,
    ) -> None:
        super().__init__(models, real_apps)
        self.is_for_code = is_for_code
        self._apps = apps

    @property
    def apps(self) -> LazyApps:
        """The models as they are now; dropped as soon as one of them changes."""
        if self._apps is None:
            self._apps = LazyApps(
                self.real_apps, self.models, is_for_code=self.is_for_code
            )
        return self._apps

    @apps.deleter
    def apps(self) -> None:
        self._apps = None

    def expect(self, *, code: bool) -> None:
        """Set whether any code may ask for models next, or single operations only."""
        del self.apps
        self.is_for_code = code

    @override
    def clone(self) -> Self:
        models = {key: model.clone() for key, model in self.models.items()}
        return type(self)(
            models, self.real_apps, is_for_code=self.is_for_code, apps=self.apps
        )

    @override
    def clear_delayed_apps_cache(self) -> None:
        """Expect code, as Django says of the state before an operation that is code."""
        self.expect(code=True)

    @override
    def add_model(self, model_state: ModelState) -> None:
        super().add_model(model_state)
        del self.apps

    @override
    def remove_model(self, app_label: str, model_name: str) -> None:
        super().remove_model(app_label, model_name)
        del self.apps

    @override
    def add_field(self, app_label: str, model_name: str, *field: Any) -> None:
        self._render_before(app_label, model_name)
        super().add_field(app_label, model_name, *field)

    @override
    def alter_field(self, app_label: str, model_name: str, *field: Any) -> None:
        self._render_before(app_label, model_name)
        super().alter_field(app_label, model_name, *field)

    def _render_before(self, app_label: str, model_name: str) -> None:
        """Render a model before a field is changed, for the operation that does so.

        Where SQLite makes a table anew, its columns are in the order of rendering.
        """
        if self._apps is not None:
            self._apps.get_model(app_label, model_name)

    @override
    def reload_model(
        self, app_label: str, model_name: str, delay: bool = False
    ) -> None:
        del self.apps

    @override
    def reload_models(self, models: Any, delay: bool = True) -> None:
        del self.apps
