# Runs a program in a pseudo-terminal and acts on it, for terminal.ts. Reads its orders as JSON from standard input:
# {argv, env, rows, columns, limit, steps: [{when: {...}, do: {...}}]}; writes what came of it as JSON.
import fcntl, json, os, pty, re, select, signal, struct, sys, termios, time

orders = json.load(sys.stdin)
child, terminal = pty.fork()
if child == 0:
    # Until it has its size, the terminal must not be looked at.
    os.kill(os.getpid(), signal.SIGSTOP)
    os.execve(orders["argv"][0], orders["argv"], orders["env"])


def resize(rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def files_of_child():
    found = []
    try:
        for name in os.listdir(f"/proc/{child}/fd"):
            found.append(os.readlink(f"/proc/{child}/fd/{name}"))
    except OSError:
        pass
    return found


def has_come(when, since):
    if "output" in when and not re.search(when["output"], since):
        return False
    if "reads" in when and when["reads"] not in files_of_child():
        return False
    if "exists" in when and not os.path.exists(when["exists"]):
        return False
    return True


def act(do):
    global terminal
    if "keys" in do:
        os.write(terminal, do["keys"].encode())
    if "signal" in do:
        os.kill(child, getattr(signal, do["signal"]))
    if "size" in do:
        resize(*do["size"])
    if "remove" in do:
        os.remove(do["remove"])
    if "hangUp" in do:
        os.close(terminal)
        terminal = None


os.waitpid(child, os.WUNTRACED)
resize(orders["rows"], orders["columns"])
os.kill(child, signal.SIGCONT)
steps = orders["steps"]
output = ""
since = ""
end = time.monotonic() + orders["limit"]
status = None
closed = False
while status is None and time.monotonic() < end:
    if terminal is None or closed:
        time.sleep(0.02)
    elif select.select([terminal], [], [], 0.02)[0]:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            data = b""
        closed = not data
        text = data.decode("utf8", "replace")
        output += text
        since += text
    while steps and has_come(steps[0]["when"], since):
        act(steps.pop(0)["do"])
        since = ""
    pid, ended = os.waitpid(child, os.WNOHANG)
    if pid != 0:
        status = ended
hung = status is None
if hung:
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
while terminal is not None and not closed and select.select([terminal], [], [], 0)[0]:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        data = b""
    closed = not data
    output += data.decode("utf8", "replace")
code = os.waitstatus_to_exitcode(status)
ended_by = signal.Signals(-code).name if code < 0 else None
json.dump({"code": code, "endedBy": ended_by, "hung": hung, "output": output, "stepsLeft": len(steps)}, sys.stdout)
