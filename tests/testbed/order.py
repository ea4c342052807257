"""Gives the init of a test VM one order: order.py CHANNEL_DIRECTORY VM ORDER. Waits up to three minutes for the answer."""
import glob
import os
import socket
import sys

PATIENCE_S = 180


def main(directory: str, vm: str, order: str) -> str:
    found = glob.glob(f"{directory}/domain-*-{vm}/org.virtagents.control")
    if not found:
        return f"VM {vm} has no control channel: it does not run here"
    path = max(found, key=os.path.getmtime)
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(PATIENCE_S)
        channel.connect(path)
        channel.sendall(order.encode() + b"\n")
        try:
            answer = channel.makefile("rb").readline().decode().strip()
        except TimeoutError:
            answer = ""
    if not answer:
        return f"VM {vm} did not answer '{order}' within {PATIENCE_S} s"
    print(answer)
    return ""


if __name__ == "__main__":
    problem = main(*sys.argv[1:])
    sys.exit(problem or 0)
