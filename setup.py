"""What the build adds: the site's templates and static files, as data of the package.

In a checkout they lie beside the packages. All else stands in pyproject.toml.
"""

from setuptools import find_packages, setup

SITE = {f"commentarchive.site_files.{name}": name for name in ("templates", "static")}

setup(
    packages=[*find_packages(include=["commentarchive*", "moderation*"]), *SITE],
    package_dir=SITE,
    package_data={name: ["**/*"] for name in ("commentarchive", "moderation", *SITE)},
    exclude_package_data={"": ["**/*.pyc"]},
)
