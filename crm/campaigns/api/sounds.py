"""Sounds that campaigns play."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from crm.campaigns.api.campaigns import MANAGE, SEE, TAGS, conflict
from crm.campaigns.models import Sound, SoundKind
from crm.campaigns.sounds.selectors import sounds_seen
from crm.campaigns.sounds.sending import sound_sent
from crm.campaigns.sounds.services import sound_delete, sound_rename, sound_upload
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.files import Download
from crm.rest.shapes import Asked, Body, Shape


class SoundShape(Shape):
    """A sound of the whole centre. Of one that lies on the switches only, length and size are not known."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(SoundKind.choices)
    file = serializers.CharField(help_text="What a campaign names as its `prompt` or `music`; made by the centre.")
    sha256 = serializers.CharField(help_text="Of the file as it is kept; empty: it lies on the switches only.")
    size = serializers.IntegerField(allow_null=True, help_text="Bytes.")
    ms = serializers.IntegerField(allow_null=True, help_text="Milliseconds.")
    added_by = serializers.CharField(source="added_by.username", allow_null=True)
    added_at = serializers.DateTimeField()


class SoundBody(Body):
    """multipart/form-data."""

    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(SoundKind.choices)
    file = serializers.FileField(
        allow_empty_file=True, help_text="WAV with PCM of 16 bits, mono, at 8000 or 16000 Hz, at most 20 MB."
    )


class SoundNameBody(Body):
    name = serializers.CharField(max_length=120)


class SoundsAsked(Asked):
    kind = serializers.ChoiceField(SoundKind.choices, required=False)
    q = serializers.CharField(required=False, max_length=120, help_text="A piece of its name.")


class _Sound(Endpoint):
    serializer_class = SoundShape

    def told(self, sound: Sound, **more: Any) -> Response:
        return self.shown(sound, tag=self.tag(sound), **more)

    def tag(self, sound: Sound) -> str:
        return tag_of_body(SoundShape(sound).data)

    def matched(self, pk: int) -> None:
        """In the transaction that changes it."""
        Sound.objects.select_for_update().filter(pk=pk).first()
        require_match(self.request, self.tag(get_object_or_404(Sound, pk=pk)))


class Sounds(_Sound):
    """By kind and name."""

    lists = True
    asked = SoundsAsked
    needs = {"GET": SEE, "POST": MANAGE}
    ordering = ("kind", "name", "pk")
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="campaign_sounds_list", tags=TAGS, summary="List sounds that campaigns can play")
    def get(self, request: Request) -> Response:
        lookups = {"kind": "kind", "q": "name__icontains"}
        asked = {lookups[name]: value for name, value in self.asked_for().items()}
        return self.listed(sounds_seen(request.user).filter(**asked))

    @extend_schema(
        operation_id="campaign_sounds_upload", tags=TAGS, summary="Upload a sound that campaigns can play",
        request={"multipart/form-data": SoundBody}, responses={201: SoundShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """A prompt lasts at most 60 seconds."""
        said = self.taken(SoundBody)
        made = sound_upload(user=request.user, name=said["name"], kind=said["kind"], upload=said["file"])
        return self.told(made, status=201, location=f"{request.path}/{made.pk}")


class SoundOne(_Sound):
    needs = {"GET": SEE, "PATCH": MANAGE, "DELETE": MANAGE}

    @extend_schema(operation_id="campaign_sounds_read", tags=TAGS, summary="Read a sound that campaigns can play")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(get_object_or_404(sounds_seen(request.user), pk=pk))

    @extend_schema(
        operation_id="campaign_sounds_rename", tags=TAGS, summary="Rename a sound that campaigns can play",
        request=SoundNameBody, responses={200: SoundShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """What is played stays the same."""
        with transaction.atomic():
            self.matched(pk)
            named = sound_rename(user=request.user, sound_id=pk, name=self.taken(SoundNameBody)["name"])
        return self.told(named)

    @extend_schema(
        operation_id="campaign_sounds_remove", tags=TAGS, summary="Remove a sound that campaigns can play",
        responses={204: None},
    )  # fmt: skip
    def delete(self, request: Request, pk: int) -> Response:
        """409 while a template, or a campaign that has not ended, names it."""
        with transaction.atomic():
            self.matched(pk)
            try:
                sound_delete(user=request.user, sound_id=pk)
            except ValidationError as error:
                raise conflict(error) from error
        return Response(status=204)


class SoundFile(Endpoint):
    serializer_class = SoundShape
    needs = {"GET": SEE}
    renderer_classes = (Download,)

    @extend_schema(
        operation_id="campaign_sounds_file", tags=TAGS, summary="Download a sound that campaigns can play",
        responses={(200, "audio/wav"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """404 for one that lies on the switches only. Of a part (`Range`) 206, or 416 where there is none."""
        self.asked_for()
        return sound_sent(request._request, get_object_or_404(sounds_seen(request.user), pk=pk))
