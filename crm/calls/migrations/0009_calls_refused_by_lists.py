from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0008_ivr_visits'),
    ]

    operations = [
        # A computed column cannot be changed, only made anew, and its index with it.
        migrations.RemoveIndex(model_name='callrecord', name='record_outcome'),
        migrations.RemoveField(model_name='callrecord', name='outcome'),
        migrations.AddField(
            model_name='callrecord',
            name='outcome',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(ended_at__isnull=True, then=models.Value('open')), models.When(talk_started_at__isnull=False, then=models.Value('answered')), models.When(dial_result='busy', then=models.Value('busy')), models.When(dial_result='no_answer', then=models.Value('no_answer')), models.When(dial_result='invalid', then=models.Value('invalid')), models.When(dial_result='refused', then=models.Value('refused')), models.When(dial_result='absent', then=models.Value('absent')), models.When(dial_result='failed', then=models.Value('failed')), models.When(dial_result='cancelled', then=models.Value('cancelled')), models.When(dial_result='own_phone', then=models.Value('own_phone')), models.When(models.Q(('direction', 'outbound'), ('hangup_cause__in', ['USER_BUSY'])), then=models.Value('busy')), models.When(models.Q(('direction', 'outbound'), ('hangup_cause__in', ['NO_ANSWER', 'NO_USER_RESPONSE', 'ALLOTTED_TIMEOUT', 'PROGRESS_TIMEOUT'])), then=models.Value('no_answer')), models.When(models.Q(('direction', 'outbound'), ('hangup_cause__in', ['UNALLOCATED_NUMBER', 'INVALID_NUMBER_FORMAT', 'NUMBER_CHANGED', 'NO_ROUTE_DESTINATION'])), then=models.Value('invalid')), models.When(models.Q(('direction', 'outbound'), ('hangup_cause__in', ['CALL_REJECTED', 'OUTGOING_CALL_BARRED'])), then=models.Value('refused')), models.When(models.Q(('direction', 'outbound'), ('hangup_cause__in', ['SUBSCRIBER_ABSENT', 'USER_NOT_REGISTERED'])), then=models.Value('absent')), models.When(models.Q(('direction', 'outbound'), ('hangup_cause__in', ['ORIGINATOR_CANCEL'])), then=models.Value('cancelled')), models.When(models.Q(('direction', 'outbound')), then=models.Value('failed')), models.When(entry_stage='blocked', then=models.Value('blocked')), models.When(entry_stage='refused', queue_entered_at__isnull=True, then=models.Value('refused_by_list')), models.When(models.Q(('failed', True), ('ended_by', 'system'), _connector='OR'), then=models.Value('system_failure')), models.When(queue_entered_at__isnull=False, then=models.Value('abandoned_in_queue')), default=models.Value('abandoned_in_greeting')), output_field=models.CharField(choices=[('open', 'in progress'), ('answered', 'answered'), ('abandoned_in_greeting', 'left in the greeting'), ('abandoned_in_queue', 'left in the queue'), ('blocked', 'no free line'), ('refused_by_list', 'refused by a list'), ('system_failure', 'system failure'), ('busy', 'busy'), ('no_answer', 'no answer'), ('invalid', 'invalid number'), ('refused', 'refused'), ('absent', 'phone switched off'), ('failed', 'failed'), ('cancelled', 'given up by the agent'), ('own_phone', 'agent did not pick up')], max_length=24)),
        ),
        migrations.AddIndex(
            model_name='callrecord',
            index=models.Index(condition=models.Q(models.Q(('outcome', 'answered'), _negated=True), models.Q(('outcome', 'open'), _negated=True)), fields=['outcome', 'arrived_at'], name='record_outcome'),
        ),
        migrations.RunSQL("ANALYZE calls_callrecord", migrations.RunSQL.noop),
    ]
