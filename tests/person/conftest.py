from tests.console.conftest import as_, other, shop, staff, ticket  # noqa: F401
