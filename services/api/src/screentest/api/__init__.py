"""REST gateway, catalogue, gallery and live events."""
