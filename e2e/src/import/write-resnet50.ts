import { loadTensorflow } from '@switchyard/engine-tensorflow';
import { resnet50 } from './resnet50.js';

/** A program: writes ResNet50 as a TensorFlow.js layers model to the folder it is given, and its number of parameters to stdout. */
const [directory] = process.argv.slice(2);
const model = resnet50(await loadTensorflow());
await model.save(`file://${directory}`);
process.stdout.write(`${model.countParams()}\n`);
