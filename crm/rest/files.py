"""Doors that answer a file."""

from rest_framework.renderers import JSONRenderer


class Download(JSONRenderer):
    """For ``renderer_classes`` of a door that answers a file by itself: whatever type the program accepts is fine, and
    problems are JSON."""

    media_type = "*/*"
