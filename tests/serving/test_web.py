"""Web workers: what they are made of, and how they end themselves at a take-over."""

import threading
from importlib import import_module, reload

from commentarchive.serving import web
from commentarchive.views.public_page import made_by


def test_a_worker_leaves_once_nobody_is_answered_in_it(monkeypatch):
    slept, left, answering = [], [], iter([True, True, False])
    monkeypatch.setattr(web, "_is_answering", lambda: next(answering))
    monkeypatch.setattr(web.time, "sleep", slept.append)
    monkeypatch.setattr(web.os, "_exit", left.append)
    web._leave()
    assert (slept, left) == ([web.LEAVE_AFTER, web.SETTLE, web.SETTLE], [0])
    # Else it would be killed before.
    assert web.LEAVE_AFTER < web.WORKERS_GRACE


def test_whoever_is_in_the_application_is_being_answered():
    inside, done = threading.Event(), threading.Event()

    def answer():
        inside.set()
        done.wait()

    answering = threading.Thread(target=answer)
    answering.start()
    inside.wait()
    try:
        assert web._is_answering()
    finally:
        done.set()
        answering.join()


def test_tags_speak_of_the_program_that_was_loaded():
    application = import_module(web.APPLICATION)
    made_by.cache_clear()
    reload(application)
    # Before anybody asks for a page.
    assert made_by.cache_info().currsize == 1
