import tempfile
from pathlib import Path

import pytest

from ccsite.run.guard import Guard
from tests.backup.place import Centre
from tests.ports import free_port


@pytest.fixture(scope="module")
def centre():
    """A running centre whose agents Alice and Bob take calls."""
    with tempfile.TemporaryDirectory(prefix="switchdesk-backup-") as name, Guard() as guard:
        Path(name).chmod(0o711)
        made = Centre(Path(name), guard, free_port)
        try:
            made.start()
            made.stage.ready("alice", "bob")
            yield made
        finally:
            made.end()
