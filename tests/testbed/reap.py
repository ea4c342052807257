"""First process of a host once it has booted: collects every orphan the moment it dies."""
import os
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
while True:
    try:
        os.waitpid(-1, 0)
    except ChildProcessError:
        signal.sigtimedwait({signal.SIGCHLD}, 1)
