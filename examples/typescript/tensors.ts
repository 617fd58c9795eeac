/** The fastest form: typed arrays there and back, as the bytes they are. Usage: tensors [http://127.0.0.1:8000] */
import { Switchyard } from '@switchyard/client';

const yard = new Switchyard({ url: process.argv[2] ?? 'http://127.0.0.1:8000' });

const features = { shape: [2, 2], data: Float32Array.of(1.5, 2.3, 0.8, -1.2) };
const { tensors, version } = await yard.predict('simple_classifier', { tensors: { features } }, { timeoutMs: 5_000 });

console.log(`version ${version}:`, tensors['probability']?.shape, tensors['probability']?.data);
