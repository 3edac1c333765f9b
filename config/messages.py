from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class OwnCookie(CookieStorage):
    cookie_name = "__Host-messages"


class Storage(FallbackStorage):
    """Under https: messages in a cookie that no neighbour below our domain can set. MESSAGE_STORAGE."""

    storage_classes = (OwnCookie, SessionStorage)
