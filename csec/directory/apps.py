from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "csec.directory"
    label = "directory"
