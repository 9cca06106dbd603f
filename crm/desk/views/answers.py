"""What the desk's pages are answered with."""

from django.http import JsonResponse


def sentence(text: str, status: int) -> JsonResponse:
    """Why something was not done, for the screen."""
    return JsonResponse({"error": text}, status=status)
