"""Under `/recordings/`: the player and what it reads."""

from django.urls import URLPattern, path

from apps.console.views import findings, live, player

urlpatterns: list[URLPattern] = [
    path("<str:recording_id>/", player.player, name="player"),
    path("<str:recording_id>/index.json", player.index, name="recording-index"),
    path("<str:recording_id>/segments/<int:number>", player.segment, name="recording-segment"),
    path("<str:recording_id>/why", player.why, name="recording-why"),
    path("<str:recording_id>/watch", player.watch, name="recording-watch"),
    path("<str:recording_id>/live/", live.show, name="recording-live"),
    path("<str:recording_id>/live/watch", live.start, name="recording-live-watch"),
    path("<str:recording_id>/live/news", live.news, name="recording-live-news"),
    path("<str:recording_id>/glance", findings.glance, name="recording-glance"),
    path("<str:recording_id>/remarks", findings.remark, name="recording-remark"),
    path("<str:recording_id>/story", findings.copy_story, name="recording-story"),
    path("<str:recording_id>/exports/<str:kind>", findings.export, name="recording-export"),
]
