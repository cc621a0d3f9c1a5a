from django.urls import path

from apps.tickets import api

urlpatterns = [
    path("tickets/", api.Tickets.as_view(), name="api-tickets"),
    path("tickets/<int:number>/", api.OneTicket.as_view(), name="api-ticket"),
    path("tickets/<int:number>/comments/", api.Comments.as_view(), name="api-comments"),
    path("tickets/<int:number>/assign/", api.Assign.as_view(), name="api-ticket-assign"),
    path("tickets/<int:number>/prioritise/", api.Prioritise.as_view(), name="api-ticket-prioritise"),
    path("tickets/<int:number>/replies/", api.Replies.as_view(), name="api-replies"),
    path("tickets/<int:number>/tags/", api.SetTags.as_view(), name="api-ticket-tags"),
    *(
        path(f"tickets/<int:number>/{name}/", view.as_view(), name=f"api-ticket-{name}")
        for name, view in api.MOVES.items()
    ),
]
