/** What an image shows. Usage: classify-image [http://127.0.0.1:8000] [picture] */
import { fileURLToPath } from 'node:url';
import { Switchyard } from '@switchyard/client';

const [, , url = 'http://127.0.0.1:8000', picture = fileURLToPath(new URL('../seven.png', import.meta.url))] = process.argv;
const yard = new Switchyard({ url });

const { predictions } = await yard.classifyImage(picture, { topK: 3 });
for (const { label, confidence } of predictions) console.log(label, confidence);
