/** A new version of a model: trained, gated, promoted, and taken back. Usage: retrain [http://127.0.0.1:8000] */
import { Switchyard } from '@switchyard/client';

const yard = new Switchyard({ url: process.argv[2] ?? 'http://127.0.0.1:8000' });

const { runId, message } = await yard.training.retrain({ model: 'simple_classifier' });
console.log(message);
const { status, version, reason, evaluation } = await yard.training.awaitRun(runId);
console.log(status, 'version', version, 'accuracy', evaluation?.accuracy, reason ?? '');

const { aliases } = await yard.models.rollback('simple_classifier', { why: 'only an example' });
console.log(aliases);
