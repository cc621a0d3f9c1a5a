"""Under `/recordings/`: the player and what it reads."""

from django.urls import URLPattern, path

from apps.console.views import player

urlpatterns: list[URLPattern] = [
    path("<str:recording_id>/", player.player, name="player"),
    path("<str:recording_id>/index.json", player.index, name="recording-index"),
    path("<str:recording_id>/segments/<int:number>", player.segment, name="recording-segment"),
    path("<str:recording_id>/watch", player.watch, name="recording-watch"),
]
