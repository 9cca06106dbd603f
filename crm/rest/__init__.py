"""What all doors of the REST API share. The doors themselves are in the apps whose things they show (``<app>/api``).

Theory of operation. An ``Endpoint`` says for each method which permission it needs; who comes in is the user of an
integration, holding what the token allows, so services and selectors decide about programs by the same rules as about
people. Serializers only give shape: what is written goes through the services that pages use, too. What goes wrong is
answered as a problem (RFC 9457) that names the field and says what to do (``problems``). A POST with an
``Idempotency-Key`` is one transaction with its answer (``once``), so it is done once however often it comes.
"""
