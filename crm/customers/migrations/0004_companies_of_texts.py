"""Each company that was a text becomes a record, and its people belong to it; mobiles are labelled so."""

from django.db import migrations

COMPANIES = """
INSERT INTO customers_customer (kind, name, company, level, note, created_at)
SELECT 'company', left(min(company), 120), '', 'normal', '', now() FROM customers_customer
WHERE company <> '' GROUP BY upper(left(company, 120)) ORDER BY min(id);
UPDATE customers_customer p SET employer_id = c.id, company = c.name FROM customers_customer c
WHERE p.company <> '' AND c.kind = 'company' AND c.company = '' AND upper(left(p.company, 120)) = upper(c.name);
UPDATE customers_customernumber SET label = 'mobile' WHERE number ~ '^\\+861[3-9][0-9]{9}$';
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_fields_companies_and_exports")]

    operations = [
        migrations.RunSQL(COMPANIES, migrations.RunSQL.noop),
        migrations.RunSQL("ANALYZE customers_customer, customers_customernumber", migrations.RunSQL.noop),
    ]
