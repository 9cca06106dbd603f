"""Errors of services at the fields of a form."""

from django.core.exceptions import ValidationError
from django.forms import Form


def said(form: Form, error: Exception) -> None:
    if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        for field, sentences in error.message_dict.items():
            form.add_error(field if field in form.fields else None, sentences)
    else:
        form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
