from tests.crm.audit.conftest import trail
from tests.crm.customers.imports.importing import imported, tried

__all__ = ["imported", "trail", "tried"]
