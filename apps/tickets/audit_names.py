from apps.core import audit

audit.register(
    ticket__opened="opened the ticket",
    ticket__answered="answered by e-mail",
    ticket__commented="wrote on the ticket",
    ticket__assigned="assigned the ticket",
    ticket__prioritised="changed the priority of the ticket",
    ticket__tagged="changed the tags of the ticket",
    ticket__pended="set the ticket to pending",
    ticket__reopened="opened the ticket again",
    ticket__resolved="resolved the ticket",
    ticket__closed="closed the ticket",
)
