from typing import Any

app_name = "district"

urlpatterns: list[Any] = []
