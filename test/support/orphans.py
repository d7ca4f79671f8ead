# Runs a program, and tells how it ended and how many processes it left for others to wait for. Linux gives these to us:
# whoever did not wait for a process has not taken its processor time into account either.
import ctypes, json, os, subprocess, sys

PR_SET_CHILD_SUBREAPER = 36
if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
    sys.exit("prctl: " + os.strerror(ctypes.get_errno()))
program = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
code = program.wait()
left = 0
while True:
    try:
        os.waitpid(-1, 0)
    except ChildProcessError:
        break
    left += 1
json.dump({"code": code, "left": left}, sys.stdout)
