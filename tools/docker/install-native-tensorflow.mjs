// @ts-check
import { ensureNativeTensorflow } from '../setup/native-tensorflow.mjs';

/** In an image a missing native library is an error, not a slower service that nobody notices. */
const outcome = await ensureNativeTensorflow({ root: process.cwd(), say: (line) => process.stdout.write(`${line}\n`) });
process.stdout.write(`${outcome.sentence}\n`);
process.exitCode = outcome.ready ? 0 : 1;
