from apps.core import audit

audit.register(
    link__issued="issued a link",
    link__sent="had the link sent by e-mail",
    link__delivered="delivered the link by e-mail",
    link__undelivered="could not deliver the link",
    link__renewed="replaced the link by a new one",
    link__consented="agreed through the link",
    link__given_back="made the link usable again",
    link__asked="asked a question before deciding",
    link__asked_again="asked for another link after this one had expired",
    link__stuck="said that nothing started",
    link__stuck_why="looked at the landing page of a link that did not start",
    link__declined="declined through the link",
    link__reconsidered="took the refusal back",
    link__suspended="said that the request was not theirs",
    link__answered="let the suspended link go on",
    link__code_made="made a code to be typed instead of the link",
    link__code_locked="five wrong codes were typed, so the codes of the ticket are dead",
    link__expired="the link expired",
    link__revoked="revoked a link",
)
