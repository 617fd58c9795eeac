import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ServingError } from '@switchyard/errors';
import { pipelineSchema, type Pipeline } from '@switchyard/training';

/** The pipelines an operator has put into the folder, by name. */
export type Pipelines = ReadonlyMap<string, Pipeline>;

/**
 * Reads and checks every `*.json` of a folder.
 * @throws ServingError `invalid-input` with one sentence for each problem in each file, naming file and field.
 */
export async function loadPipelines(directory: string): Promise<Pipelines> {
  const names = (await listFiles(directory)).filter((name) => name.endsWith('.json')).sort();
  const pipelines = new Map<string, Pipeline>();
  const problems: string[] = [];
  for (const name of names) {
    const outcome = readPipeline(name, await readFile(join(directory, name), 'utf8'));
    if ('problems' in outcome) problems.push(...outcome.problems);
    else pipelines.set(outcome.pipeline.name, outcome.pipeline);
  }
  if (problems.length > 0) throw new ServingError('invalid-input', problems.join('\n'));
  return pipelines;
}

async function listFiles(directory: string): Promise<string[]> {
  return readdir(directory).catch((cause: unknown) => {
    throw new ServingError('invalid-input', 'The folder of pipeline files cannot be read; PIPELINES_DIRECTORY must name one.', { cause });
  });
}

function readPipeline(file: string, text: string): { readonly pipeline: Pipeline } | { readonly problems: readonly string[] } {
  const json = parseJson(text);
  if (json === undefined) return { problems: [`The pipeline file "${file}" is not valid JSON.`] };
  const parsed = pipelineSchema.strict().safeParse(json);
  if (!parsed.success) return { problems: parsed.error.issues.map((issue) => `The pipeline file "${file}" has a problem ${at(issue.path)}: ${issue.message}.`) };
  const expected = `${parsed.data.name}.json`;
  // One name, one file: else two files could claim the same pipeline.
  if (file !== expected) return { problems: [`The pipeline file "${file}" names the pipeline "${parsed.data.name}"; it must be called "${expected}".`] };
  return { pipeline: parsed.data };
}

function at(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'at its top level' : `in the field "${path.map(String).join('.')}"`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
