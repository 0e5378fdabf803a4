"""What `crmbot bench` measures, one module for each figure; bench/README.md says what each means.

Promise: every ratio compares within one run on one machine. Never: a database or index of the user's.
"""
