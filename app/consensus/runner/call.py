"""Calls one function of a candidate once, for what it writes: {"module", "export", "args"} as JSON on stdin. Its answer is not read."""
import importlib.util, json, os, sys

job = json.loads(sys.stdin.read())
sys.path[:0] = [os.getcwd(), os.path.dirname(job["module"])]
name = os.path.splitext(os.path.basename(job["module"]))[0]
spec = importlib.util.spec_from_file_location(name, job["module"])
module = importlib.util.module_from_spec(spec)
sys.modules[name] = module
spec.loader.exec_module(module)
target = module
for part in job["export"].split("."):
    target = getattr(target() if isinstance(target, type) else target, part)
answer = target(*job["args"])
if hasattr(answer, "__await__"):
    import asyncio
    asyncio.run(answer)
