/** Predictions now: two rows in, two answers out. Usage: predict [http://127.0.0.1:8000] */
import { Switchyard } from '@switchyard/client';

const yard = new Switchyard({ url: process.argv[2] ?? 'http://127.0.0.1:8000' });

const rows = [[1.5, 2.3], [0.8, -1.2]];
const { predictions } = await yard.predict<number[]>('simple_classifier', { instances: rows });

predictions.forEach((prediction, index) => console.log(rows[index], '→', prediction));
