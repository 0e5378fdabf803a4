"""NumPy's own threads: none beside the encoder, whether NumPy came before the command or after it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys
{early}
import bot.cli
sys.argv = ["crmbot", "--help"]
try:
    bot.cli.main()
except SystemExit:
    pass
import numpy
from threadpoolctl import threadpool_info
print("threads", {{pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}})
"""


@pytest.mark.parametrize("early", ["import numpy", "assert 'numpy' not in sys.modules"])
def test_a_command_computes_in_one_thread(early: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    command = [sys.executable, "-c", PROGRAM.format(early=early)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "threads {1}"
