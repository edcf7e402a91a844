"""Runs one Python candidate over many cases inside the sandbox; the parent process never loads candidate code.

The job arrives as JSON on stdin and each answer leaves as one line, "<nonce> <json>", on the parent's own stdout. Every case runs in a
forked child with fresh module state. The child gets no copy of that stdout, cannot open the parent's memory or descriptors (the parent
is not dumpable) and answers through a pipe whose bytes the parent parses and bounds. So a candidate can only ever speak for the one
case that it was asked. Source of a frozen assertion runs in a child that holds no candidate code: the functions it calls are proxies.
"""
import ast, builtins, ctypes, gc, hashlib, json, math, os, resource, select, signal, sys, tempfile, time, types

BIG = 32 * 1024          # a value whose JSON is longer is compared by digest
PIPE_LIMIT = 1024 * 1024  # more bytes than this from one case is a flood
NODES = 200_000
STATUS = {"value", "raise", "crash", "timeout"}


class Opaque(Exception):
    """The value has no form that two candidates could be compared by."""


def decode(value):
    if isinstance(value, list):
        return [decode(v) for v in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (tag, inner), = value.items()
        if tag in TAGGED:
            return TAGGED[tag](inner)
    return {k: decode(v) for k, v in value.items()}


def decode_all(values):
    return [decode(v) for v in values]


TAGGED = {
    "$tuple": lambda inner: tuple(decode_all(inner)),
    "$set": lambda inner: set(decode_all(inner)),
    "$frozenset": lambda inner: frozenset(decode_all(inner)),
    "$float": float,
    "$int": int,
    "$bytes": bytes.fromhex,
    "$complex": lambda inner: complex(*[float(v) for v in inner]),
    "$dict": lambda inner: {decode(k): decode(v) for k, v in inner},
    "$iter": lambda inner: iter(decode_all(inner)),
}


def encode(value, budget=None, depth=0):
    budget = budget if budget is not None else [NODES]
    budget[0] -= 1
    if budget[0] < 0 or depth > 60:
        raise Opaque("too large or too deep")

    def inner(v):
        return encode(v, budget, depth + 1)
    for form in (scalar, collection, kindred, structured):
        shape = form(value, inner)
        if shape is not UNFIT:
            return shape
    raise Opaque("a " + type(value).__name__)


UNFIT = object()


def scalar(value, inner):
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is str:
        # A lone surrogate cannot leave as UTF-8.
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if kind is int:
        return value if abs(value) < 2 ** 53 else {"$int": long_int(value)}
    if kind is float:
        return {"$float": repr(value)}
    if kind is complex:
        return {"$complex": [repr(value.real), repr(value.imag)]}
    if kind in (bytes, bytearray):
        return {"$bytes": bytes(value).hex()}
    return UNFIT


def collection(value, inner):
    kind = type(value)
    if kind is list:
        return [inner(v) for v in value]
    if kind in (set, frozenset):
        return {"$set" if kind is set else "$frozenset": sorted((inner(v) for v in value), key=text_of)}
    if kind is dict:
        return mapping(value, inner)
    if isinstance(value, tuple):
        return {"$tuple": [inner(v) for v in tuple.__iter__(value)]}
    return UNFIT


def mapping(value, inner):
    if all(type(k) is str and not k.startswith("$") for k in value):
        return {k: inner(v) for k, v in value.items()}
    return {"$dict": sorted(([inner(k), inner(v)] for k, v in value.items()), key=text_of)}


def kindred(value, inner):
    """A subclass (OrderedDict, defaultdict, Counter, IntEnum) counts as what it is a kind of."""
    for plain in (bool, int, float, str, list, dict, set, frozenset):
        if isinstance(value, plain):
            return inner(strip(plain, value))
    return UNFIT


def structured(value, inner):
    kind = type(value)
    if isinstance(value, (types.GeneratorType, map, filter, zip, range, reversed, enumerate)) or kind.__name__ in ("dict_keys", "dict_values", "dict_items", "deque"):
        return {"$iter": [inner(v) for v in take(value)]}
    fields = getattr(value, "__dict__", None)
    if isinstance(fields, dict) and not callable(value) and not isinstance(value, types.ModuleType):
        return {"$object": [kind.__name__, inner({str(k): v for k, v in fields.items()})]}
    return UNFIT


def strip(plain, value):
    if plain is dict:
        return dict(dict.items(value))
    if plain in (list, set, frozenset):
        return plain(plain.__iter__(value))
    return {int: int.__int__, float: float.__float__, str: str.__str__, bool: bool}[plain](value)


def take(values):
    out = []
    for value in values:
        out.append(value)
        if len(out) > NODES:
            raise Opaque("an endless iterator")
    return out


def long_int(value):
    try:
        return str(value)
    except ValueError:
        return hex(value)


def text_of(value):
    return json.dumps(value, sort_keys=True)


# --- one child ---------------------------------------------------------------------------------------------------------

def outcome_of(run):
    """What a piece of candidate code did, as a dictionary. Only for use inside a child."""
    try:
        value = run()
    except Opaque as error:
        return {"s": "crash", "why": f"the value cannot be compared: {error}"}
    except (SystemExit, KeyboardInterrupt, RecursionError, MemoryError, GeneratorExit) as error:
        return {"s": "crash", "why": type(error).__name__}
    except BaseException as error:
        return {"s": "raise", "class": type(error).__name__, "deliberate": deliberate(error)}
    return {"s": "value", "value": value}


def deliberate(error):
    """Whether the innermost frame is a `raise` (or `assert`) statement outside the standard library."""
    import dis
    frame = error.__traceback__
    if frame is None:
        return False
    while frame.tb_next is not None:
        frame = frame.tb_next
    code = frame.tb_frame.f_code
    if not code.co_filename.startswith(os.getcwd()):
        return False
    return code.co_code[frame.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def load(program):
    module = types.ModuleType(program["name"])
    module.__file__ = program["file"]
    sys.modules[program["name"]] = module
    sys.path.insert(0, os.path.dirname(program["file"]))
    sys.path.insert(0, os.getcwd())
    exec(program["code"], module.__dict__)
    return module


def resolve(module, export):
    head, _, method = export.partition(".")
    target = getattr(module, head)
    if not method:
        return target
    raw = target.__dict__.get(method)
    return getattr(target if isinstance(raw, (staticmethod, classmethod)) else target(), method)


def finish(value):
    if isinstance(value, types.CoroutineType):
        import asyncio
        value = asyncio.run(value)
    shape = encode(value)
    text = text_of(shape)
    return {"$big": [hashlib.sha256(text.encode()).hexdigest(), len(text)]} if len(text) > BIG else shape


def with_module(program, use):
    """A module that does not load, or has no such name, is a crash whatever it raised."""
    try:
        module = load(program)
    except BaseException as error:
        return {"s": "crash", "why": f"it does not load: {type(error).__name__}"}
    return outcome_of(lambda: finish(use(module)))


def run_call(program, export, args):
    return with_module(program, lambda module: resolve(module, export)(*args))


def run_assert_inside(program, source):
    """For assertions about classes and constants, which no proxy can stand for."""
    def go(module):
        exec(compile(source, os.path.join(os.getcwd(), "<assert>"), "exec"), dict(vars(module)))
        return True
    return with_module(program, go)


def run_assert(program, export, source, cpu):
    """The assertion's source over proxies: this process has never loaded the candidate."""
    tree = ast.parse(source)
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    loaded = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)} - stored
    names = {}
    for name in loaded:
        if name in program["functions"]:
            names[name] = proxy(program, name, cpu)
        elif not hasattr(builtins, name):
            if name not in sys.stdlib_module_names:
                return None
            names[name] = __import__(name)

    def go():
        exec(compile(tree, os.path.join(os.getcwd(), "<assert>"), "exec"), names)
        return True
    try:
        return outcome_of(go)
    except ProxyFailed as failed:
        return failed.outcome


class ProxyFailed(BaseException):
    def __init__(self, outcome):
        self.outcome = outcome


def proxy(program, name, cpu):
    def call(*args, **kwargs):
        answer = in_child(lambda: with_module(program, lambda module: getattr(module, name)(*args, **kwargs)), cpu)
        if answer["s"] == "value":
            return decode(answer["value"])
        if answer["s"] == "raise":
            raise exception_named(answer["class"])
        raise SystemExit(answer.get("why", answer["s"]))
    return call


def exception_named(name):
    known = getattr(builtins, name, None)
    return known("raised by the candidate") if isinstance(known, type) and issubclass(known, Exception) else Exception(name)


def in_child(work, cpu):
    """Forks, lets the child do `work()` and returns its parsed answer with `ms`, the CPU time it took."""
    read, write = os.pipe()
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        be_child(read, write, work, cpu)
    os.close(write)
    data, verdict = collect(pid, read, cpu, began)
    os.close(read)
    for target in (-pid, pid):  # the group may not exist yet, or no more
        try:
            os.kill(target, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
    usage = os.wait4(pid, 0)[2]
    ms = round((usage.ru_utime + usage.ru_stime) * 1000)
    return {**(verdict or parse_answer(data)), "ms": ms}


def be_child(read, write, work, cpu):
    try:
        os.setpgid(0, 0)
        os.close(read)
        for fd in KEEP_FROM_CHILDREN:
            os.close(fd)
        KEEP_FROM_CHILDREN[:] = [write]
        null = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(null, fd)
        sys.stdin, sys.stdout, sys.stderr = open(0, closefd=False), open(1, "w", closefd=False), open(2, "w", closefd=False)
        seconds = math.ceil(cpu * 2 / 1000) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        answer = json.dumps(work()).encode()
        while answer:
            answer = answer[os.write(write, answer):]
    finally:
        os._exit(0)


def collect(pid, read, cpu, began):
    """Bytes until the child closes its end, or the verdict that cut it short."""
    data, clock, step = b"", (~pid << 3) | 2, 0.002
    while True:
        if select.select([read], [], [], step)[0]:
            chunk = os.read(read, 65536)
            if not chunk:
                return data, None
            data += chunk
            if len(data) > PIPE_LIMIT:
                return b"", {"s": "crash", "why": "it answered with too many bytes"}
            continue
        step = min(step * 1.5, 0.05)
        try:
            used = time.clock_gettime(clock) * 1000
        except OSError:
            used = 0
        if used > cpu * 2 or (time.monotonic() - began) * 1000 > cpu * 3 + 2000:
            return b"", {"s": "timeout"}


def parse_answer(data):
    if not data:
        return {"s": "crash", "why": "it ended without an answer"}
    try:
        answer = json.loads(data)
        json.dumps(answer, allow_nan=False)
    except (ValueError, RecursionError):
        return {"s": "crash", "why": "its answer is not JSON"}
    if not isinstance(answer, dict) or answer.get("s") not in STATUS:
        return {"s": "crash", "why": "its answer has no status"}
    return answer


# --- commands ------------------------------------------------------------------------------------------------------------

def run_command(job, script, stdin):
    """One run of the command: real descriptors for stdin and stdout, output cut at its limit."""
    cpu, limit = job["cpuMs"], job["outputBytes"]
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as out:
        source.write(stdin.encode("utf-8", "surrogatepass"))
        source.seek(0)
        began = time.monotonic()
        pid = os.fork()
        if pid == 0:
            be_command(job, script, source.fileno(), out.fileno())
        status, usage, late = wait_command(pid, cpu, began)
        try:
            os.kill(-pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass  # nothing of its group is left
        ms = round((usage.ru_utime + usage.ru_stime) * 1000)
        size = os.fstat(out.fileno()).st_size
        if late:
            return {"s": "timeout", "ms": ms}
        if size >= limit:
            return {"s": "crash", "why": "it printed too much", "ms": ms}
        if os.WIFSIGNALED(status):
            return {"s": "crash", "why": f"signal {os.WTERMSIG(status)}", "ms": ms}
        out.seek(0)
        text = out.read().decode("utf-8", "backslashreplace")
        if len(text) > BIG:
            text = f"sha256:{hashlib.sha256(' '.join(text.split()).encode()).hexdigest()} of {len(text.split())} tokens"
        code = os.WEXITSTATUS(status)
        return {"s": "exit", "code": code, "out": text, "ms": ms} if code == 0 else {"s": "crash", "why": f"exit code {code}", "ms": ms}


def be_command(job, script, source, out):
    cpu, limit = job["cpuMs"], job["outputBytes"]
    try:
        os.setpgid(0, 0)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(source, 0)
        os.dup2(out, 1)
        os.dup2(null, 2)
        os.closerange(3, 256)
        seconds = math.ceil(cpu * 2 / 1000) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if script:
            os._exit(run_script(script))
        os.execvp(job["surface"]["command"][0], job["surface"]["command"])
    finally:
        os._exit(127)


def run_script(script):
    """What `python3 FILE` does, without starting an interpreter: descriptors 0 and 1 are already the case's own. Answers the exit code."""
    import atexit, threading
    main = types.ModuleType("__main__")
    main.__file__ = script["file"]
    sys.modules["__main__"] = main
    sys.argv, sys.path[:0] = script["argv"], [os.path.dirname(script["file"])]
    sys.stdin, sys.stdout, sys.stderr = open(0, closefd=False), open(1, "w", closefd=False), open(2, "w", closefd=False)
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    code = 0
    try:
        exec(script["code"], main.__dict__)
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 1
    except BaseException:
        code = 1
    for last in (threading._shutdown, atexit._run_exitfuncs, sys.stdout.flush):
        try:
            last()
        except BaseException:
            code = code or 120
    return code & 255


def script_of(command):
    """The compiled program of `python3 FILE …`, or None where the command is another one or does not compile."""
    if len(command) < 2 or command[0] not in ("python3", "python") or not command[1].endswith(".py"):
        return None
    try:
        return {**program_of({"module": command[1]}), "argv": command[1:]}
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def wait_command(pid, cpu, began):
    clock, step = (~pid << 3) | 2, 0.002
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            return status, usage, False
        try:
            used = time.clock_gettime(clock) * 1000
        except OSError:
            used = 0
        if used > cpu * 2 or (time.monotonic() - began) * 1000 > cpu * 3 + 2000:
            os.kill(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
            return status, usage, True
        time.sleep(step)
        step = min(step * 1.3, 0.02)


# --- the parent ------------------------------------------------------------------------------------------------------------

def program_of(surface):
    file = os.path.realpath(surface["module"])
    with open(file, "rb") as source:
        text = source.read()
    tree = ast.parse(text, file)
    warm(tree)
    functions = [n.name for n in tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return {"name": os.path.splitext(os.path.basename(file))[0], "file": file, "code": compile(tree, file, "exec"), "functions": functions}


def warm(tree):
    """Imports the standard modules that the program names, once, so that every fork has them."""
    for node in ast.walk(tree):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        for name in names:
            if name.split(".")[0] in sys.stdlib_module_names and not os.path.exists(name.split(".")[0] + ".py") and name.split(".")[0] not in ("this", "antigravity", "idlelib", "turtle", "tkinter"):
                try:
                    __import__(name)
                except ImportError:
                    continue  # the candidate will meet the same error


def run_case(job, program, case):
    cpu = job["cpuMs"]
    if "stdin" in case:
        return run_command(job, program, case["stdin"])
    if isinstance(program, dict) and "s" in program:
        return program
    if "assert" in case:
        answer = in_child(lambda: run_assert(program, job["surface"]["export"], case["assert"], cpu) or {"s": "crash", "why": "inside"}, cpu * 2)
        if answer.get("why") == "inside":
            answer = in_child(lambda: run_assert_inside(program, case["assert"]), cpu)
        return answer
    args = decode(case["args"])
    return in_child(lambda: run_call(program, job["surface"]["export"], args), cpu)


def run_variant(job, index, variant, say):
    for path, content in variant.items():
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
    program = None
    if job["surface"]["kind"] == "function":
        try:
            program = program_of(job["surface"])
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
            program = {"s": "crash", "why": f"it does not load: {type(error).__name__}"}
    else:
        program = script_of(job["surface"]["command"])
    strikes = 0
    for at, case in enumerate(job["cases"]):
        answer = run_case(job, program, case) if strikes < job["strikes"] else {"s": "timeout", "why": "not run after earlier time-outs"}
        strikes += answer["s"] == "timeout" or answer.get("ms", 0) >= (job.get("strikeMs") or math.inf)
        say({**answer, "v": index, "i": at})


def main():
    # Nothing of this process may be read or written by its children, which share its user id.
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
    # Read before anything runs: no program is to know that it is being audited.
    conditions = os.environ.pop("ASSAY_CONDITIONS", None)
    if conditions is not None:
        import runpy
        runpy.run_path(os.path.join(os.path.dirname(os.path.realpath(__file__)), "conditions.py"))["apply"](json.loads(conditions))
    job = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    channel = os.dup(1)
    os.set_inheritable(channel, False)
    KEEP_FROM_CHILDREN.append(channel)
    os.dup2(2, 1)
    nonce = job.pop("nonce")

    def say(answer):
        line = f"{nonce} {json.dumps(answer)}\n".encode()
        while line:
            line = line[os.write(channel, line):]
    say({"ready": True})
    # Collected once, then left alone: a child that collects garbage copies the parent's pages.
    gc.collect()
    gc.freeze()
    for index, variant in enumerate(job["variants"]):
        run_variant(job, index, variant, say)
    say({"done": True})


KEEP_FROM_CHILDREN = []
if __name__ == "__main__":
    main()
