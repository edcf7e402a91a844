"""Other circumstances for the programs that this interpreter runs: clock, host, user, processors, process ids, order of folders. Used by an audit alone."""
import datetime, os, platform, random, socket, time


def apply(told):
    clock(told["clockMs"] / 1000)
    machine(told)
    folders(told["order"])
    random.seed()


def clock(seconds):
    now, now_ns = time.time, time.time_ns
    time.time = lambda: now() + seconds
    time.time_ns = lambda: now_ns() + int(seconds * 1e9)
    for name in ("localtime", "gmtime", "ctime"):
        setattr(time, name, shifted(getattr(time, name)))
    real, written = time.asctime, time.strftime
    time.asctime = lambda *given: real(*(given or (time.localtime(),)))
    time.strftime = lambda form, *given: written(form, *(given or (time.localtime(),)))
    datetime.datetime = stand_in(datetime.datetime, {
        "now": lambda real_class: lambda tz=None: real_class.fromtimestamp(time.time(), tz),
        "today": lambda real_class: lambda: real_class.fromtimestamp(time.time()),
        "utcnow": lambda real_class: lambda: real_class.utcfromtimestamp(time.time()),
    })
    datetime.date = stand_in(datetime.date, {"today": lambda real_class: lambda: real_class.fromtimestamp(time.time())})


def shifted(real):
    return lambda *given: real(*(given if given and given[0] is not None else (time.time(),)))


def stand_in(real, asked):
    """A name for the real class: what it makes is of the real class, and only what asks the clock is answered otherwise."""
    class Named(type):
        def __call__(cls, *args, **kwargs):
            return real(*args, **kwargs) if cls is Stand else type.__call__(cls, *args, **kwargs)

        def __instancecheck__(cls, value):
            return isinstance(value, real)

        def __subclasscheck__(cls, other):
            return issubclass(other, real)

        def __eq__(cls, other):
            return other is real or other is cls

        __hash__ = type.__hash__

    Stand = Named(real.__name__, (real,), {})
    for name in ("fromtimestamp", "utcfromtimestamp", "fromisoformat", "strptime", "combine", "fromordinal", "fromisocalendar"):
        if hasattr(real, name):
            setattr(Stand, name, staticmethod(getattr(real, name)))
    for name, made in asked.items():
        setattr(Stand, name, staticmethod(made(real)))
    Stand.__module__, Stand.__qualname__ = real.__module__, real.__qualname__
    return Stand


def machine(told):
    host, uid, cpus = told["host"], told["uid"], told["cpus"]
    known, own, parent = os.uname(), os.getpid, os.getppid
    socket.gethostname = socket.getfqdn = lambda *_: host
    os.uname = lambda: os.uname_result((known.sysname, host, known.release, known.version, known.machine))
    platform.node = lambda: host
    for name in ("getuid", "geteuid", "getgid", "getegid"):
        setattr(os, name, lambda: uid)
    os.getlogin = lambda: told["user"]
    os.cpu_count = lambda: cpus
    os.sched_getaffinity = lambda _pid: set(range(cpus))
    os.getloadavg = lambda: (cpus / 3, cpus / 5, cpus / 7)
    os.getpid = lambda: own() + told["pid"]
    os.getppid = lambda: parent() + told["pid"]


def folders(order):
    """The order of a folder's entries is nobody's promise: here it is another one."""
    def put(items, key=None):
        forwards = sorted(items, key=key, reverse=order == "backwards")
        return forwards[1:] + forwards[:1] if order == "turned" else forwards
    names, entries = os.listdir, os.scandir

    class Turned:
        def __init__(self, path):
            with entries(path) as found:
                self.left = put(found, lambda entry: entry.name)

        def __iter__(self):
            return iter(self.left)

        def __next__(self):
            if not self.left:
                raise StopIteration
            return self.left.pop(0)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.close()

        def close(self):
            self.left = []

    os.listdir = lambda path=".": put(names(path))
    os.scandir = lambda path=".": Turned(path)
