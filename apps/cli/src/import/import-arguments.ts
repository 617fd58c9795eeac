import { parseArgs } from 'node:util';
import { ServingError } from '@switchyard/errors';

export const IMPORT_USAGE = `switchyard import <path | url | directory> --name <model> [options]

  --name <model>        the model to make, or to add a version to
  --labels <file>       names of the classes: one per line, or a JSON array
  --preprocess <text>   how pictures become the input: tf, torch, caffe or none, and settings as resize=256,crop=224,filter=bicubic
                        (keys: resize, crop, filter, layout, order, mean, scale, std; x' = (x - mean) * scale / std)
  --signature <name>    the signature to serve, where the model has several
  --no-promote          publish the version without making it the champion
  --api <url>           a running Switchyard; http://127.0.0.1:8000 by default

  Models come as .onnx, as a SavedModel folder, as a TensorFlow.js folder (model.json), or as .zip, .tar or .tar.gz of one of these.
`;

export interface ImportArguments {
  /** A path, or an http(s) address. */
  readonly source: string;
  readonly name: string;
  readonly labelsFile: string | undefined;
  readonly preprocess: string | undefined;
  readonly signature: string | undefined;
  readonly promote: boolean;
  /** Without a slash at its end. */
  readonly apiUrl: string;
}

const OPTIONS = {
  name: { type: 'string' }, labels: { type: 'string' }, preprocess: { type: 'string' }, signature: { type: 'string' },
  'no-promote': { type: 'boolean', default: false }, api: { type: 'string', default: 'http://127.0.0.1:8000' },
} as const;

/** @throws ServingError `invalid-input` saying what is missing or unknown */
export function parseImportArguments(args: readonly string[]): ImportArguments {
  const { values, positionals } = parse(args);
  const [source, ...more] = positionals;
  if (source === undefined) throw new ServingError('invalid-input', 'What is to be imported? A path, a URL or a directory is expected.');
  if (more.length > 0) throw new ServingError('invalid-input', `One source is expected; "${more[0] ?? ''}" is another.`);
  if (values.name === undefined) throw new ServingError('invalid-input', 'The model needs a name: --name <model> is expected.');
  if (!URL.canParse(values.api) || !/^https?:/.test(values.api)) throw new ServingError('invalid-input', `--api is "${values.api}"; an address as http://127.0.0.1:8000 is expected.`);
  return {
    source, name: values.name, labelsFile: values.labels, preprocess: values.preprocess, signature: values.signature,
    promote: !values['no-promote'], apiUrl: values.api.replace(/\/+$/, ''),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new ServingError('invalid-input', (cause as Error).message, { cause });
  }
}
