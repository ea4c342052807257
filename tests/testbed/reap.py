"""First process of a host once it has booted: orphans are collected by the kernel the moment they die.

A dead QEMU that nobody has collected still answers kill(pid, 0), and libvirtd, which asks that way, then waits 200 ms
before it asks again. With SIGCHLD ignored nobody has to wake up first.
"""
import signal

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    signal.pause()
