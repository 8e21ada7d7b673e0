import json
import socket
import subprocess
import sys
import time
import urllib.request

from click.testing import CliRunner
from commands import ROOT

from chatbot.cli import main

LIFT = "What will replace LIFT??"


def test_the_service_answers_and_prints_no_message() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    service = subprocess.Popen(
        [sys.executable, "-m", "chatbot", "--home", ROOT, "serve", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(port, service)
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/ask",
            json.dumps({"message": "zebrafish, so is LIFT just gone??"}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            (reply,) = json.load(answer)["replies"]
    finally:
        service.terminate()
        printed, logged = service.communicate(timeout=20)
    assert reply["question"] == "zebrafish, so is LIFT just gone??"
    assert f"http://127.0.0.1:{port}" in logged
    assert printed == ""
    assert "zebrafish" not in logged


def wait_for(port: int, service: subprocess.Popen[str]) -> None:
    """Wait until the service listens."""
    until = time.monotonic() + 60
    while service.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError("the service has not started")


def test_a_taken_port_is_told_before_anything_is_promised() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = CliRunner().invoke(main, ["serve", "--port", port])
    assert ran.exit_code == 1
    assert ran.output == f"Error: cannot serve on 127.0.0.1:{port}: Address already in use\n"
