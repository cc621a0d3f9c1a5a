from apps.core import audit

audit.register(
    consent__given="agreed to be recorded",
    consent__withdrawn="withdrew the consent",
    consent__voided="the consent was void",
    consent__terminated="the consent ended with its recording",
    consent__token_replaced="replaced the link to the person's own page",
)
