#!/usr/bin/env python3
"""Ask Agent Brain from Python: finds or starts the instance of a project, indexes it, asks it.

    python3 agent_brain.py [--project DIR] [--no-index] QUESTION

Without `--project` it is the project around the working directory, as the command finds it.

Standard library only, Python 3.9 or newer. It talks to the command `agent-brain` with `--json`: one JSON
document `{"schema_version": 1, "data": ...}` on standard output, one problem document on standard error, and
an exit code that says what kind of problem it is. Copy what you need.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time

USAGE, PRECONDITION, NOT_FOUND, BUSY, UNAVAILABLE, AUTH, INCOMPATIBLE = 2, 3, 4, 5, 6, 7, 8
NODE_TOO_OLD = 78


class AgentBrainError(Exception):
    """A command that failed. Act on `exit_code` (the kind) or on `code`; show `detail` and `hint` to people."""

    def __init__(self, exit_code, problem):
        self.exit_code = exit_code
        self.code = problem.get("code", "INTERNAL")
        self.detail = problem.get("detail", "agent-brain said nothing")
        self.hint = problem.get("hint", "")
        self.retry_after_s = problem.get("retry_after_s")
        super().__init__(f"{self.code}: {self.detail}")


class AgentBrain:
    """The instance of the project around a directory, or of `project`, which then is the root of it."""

    def __init__(self, directory=".", project=None, program=None):
        self.directory = os.path.abspath(directory)
        self.project = None if project is None else os.path.abspath(project)
        self.program = program or os.environ.get("AGENT_BRAIN_BIN") or shutil.which("agent-brain")
        if self.program is None:
            raise AgentBrainError(UNAVAILABLE, {
                "code": "SERVER_PROGRAM_MISSING",
                "detail": "agent-brain is not on PATH",
                "hint": "Install it (npm install --global), or set AGENT_BRAIN_BIN to its absolute path.",
            })
        if os.path.dirname(self.program):
            self.program = os.path.abspath(self.program)

    def discover(self):
        """Status of the running instance, or None. Starts nothing."""
        status = self._run(["status"])
        return status if status["running"] else None

    def discover_or_start(self, timeout_s=30):
        """Where the instance is (`url`, `pid`, ...). Many callers at once get one instance."""
        return self._run(["start", "--timeout", str(timeout_s)], timeout_s + 10)["instance"]

    def index(self, timeout_s=3600):
        """Makes the index equal to the project and returns the job; files that have not changed cost almost nothing."""
        return self._run(["index", "--start"], timeout_s)

    def search(self, question, top_k=10, max_chars=8000):
        """The answer: `results`, best first, and `warnings`. Starts the instance when it does not run."""
        options = ["--top-k", str(top_k), "--max-chars", str(max_chars)]
        return self._run(["query", "--start", *options, "-"], 60, text=question)

    def _run(self, arguments, timeout_s=60, text="", attempts=3):
        project = [] if self.project is None else ["--project", self.project]
        command = [self.program, *arguments, *project, "--json"]
        for attempt in range(1, attempts + 1):
            done = subprocess.run(command, cwd=self.directory, input=text, capture_output=True, encoding="utf-8", timeout=timeout_s, check=False)
            if done.returncode == 0:
                return json.loads(done.stdout)["data"]
            error = AgentBrainError(done.returncode, problem_of(done.stderr))
            if error.exit_code != BUSY or attempt == attempts:
                raise error
            time.sleep(min(error.retry_after_s or 1, 10))


def problem_of(stderr):
    """The problem document; notes for people may stand above it."""
    start = stderr.find("{")
    while start != -1:
        try:
            return json.loads(stderr[start:])
        except ValueError:
            start = stderr.find("{", start + 1)
    return {"detail": stderr.strip()[-500:]}


def main():
    parser = argparse.ArgumentParser(description="Ask Agent Brain about a project.")
    parser.add_argument("question")
    parser.add_argument("--project", help="root of the project (default: found around the working directory)")
    parser.add_argument("--no-index", action="store_true", help="ask the index as it is")
    options = parser.parse_args()
    try:
        brain = AgentBrain(project=options.project)
        if not options.no_index:
            job = brain.index()
            print(f"{job['total_documents']} files indexed", file=sys.stderr)
        answer = brain.search(options.question)
    except AgentBrainError as error:
        print(f"{error.code}: {error.detail}\n{error.hint}", file=sys.stderr)
        return error.exit_code
    for warning in answer["warnings"]:
        print(f"warning: {warning}", file=sys.stderr)
    for result in answer["results"]:
        print(f"{result['path']}:{result['start_line']}-{result['end_line']} ({result['score']:.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
