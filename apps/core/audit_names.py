from apps.core import audit

audit.register(
    audit__exported="exported entries of the audit trail",
    audit__verified="checked the audit trail",
    audit__cut="let old entries of the audit trail go",
    audit__anchored="took a signed checkpoint of the audit trail",
)
