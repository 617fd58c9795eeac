import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formFile, formImages, rawPicture, type PictureFormat } from '../formats/picture-formats.js';
import { instancesJson } from '../formats/instances-json.js';
import type { WireFormat } from '../formats/wire-format.js';
import { wireFormat, type FormatName } from '../formats/wire-formats.js';
import type { PlannedLoad } from '../measure/run-passes.js';
import type { BenchModel, BenchModels } from '../models/bench-models.js';
import { POOLING_INPUT } from '../models/pooling-model.js';
import { floatPictures } from '../workloads/float-pictures.js';
import { mnistRows } from '../workloads/mnist-rows.js';
import { pictures } from '../workloads/pictures.js';
import { turnedPictures } from '../workloads/turned-pictures.js';
import type { Workload } from '../workloads/workload.js';
import type { Work } from './works.js';

export const PICTURE_CONNECTIONS = [1, 8, 32];
/** Where marks of messages and of more processes are. */
export const MESSAGE_CONNECTIONS = 64;
const PROCESS_CONNECTIONS = [64, 256];
const BATCH_CONNECTIONS = 4;
const TENSOR_CONNECTIONS = 8;
const ROWS_PER_BATCH = 1_000;
const ROWS_PER_FLOOD_JOB = 16;
/** Different requests: single rows, batches, float pictures. */
const [ROWS, BATCHES, TENSORS] = [64, 4, 8];

const MESSAGES = ['open-inference-binary', 'open-inference-grpc', 'tf-serving-grpc'] as const;
const BATCH_FORMATS = ['tf-serving-json', 'open-inference-binary'] as const;
const TENSOR_FORMATS = ['tf-serving-json', 'open-inference-binary', 'open-inference-grpc', 'tf-serving-grpc'] as const;

/** What is asked of Switchyard and of peers, in each way that one of them is asked. */
export interface PeerLoads {
  /** In order; a system takes those in its formats. */
  readonly loads: readonly PlannedLoad[];
  /** On a model that only these ask. */
  readonly tensorLoads: readonly PlannedLoad[];
  /** For systems with more processes. */
  readonly processLoads: readonly PlannedLoad[];
  /** What a system has to answer before it is measured: one workload per model and format. */
  readonly probes: readonly Workload[];
  /** Single rows of MNIST as JSON. */
  readonly row: Workload;
  /** The same, many per request. */
  readonly floodRows: Workload;
}

export interface PlanLoadsOptions {
  readonly models: BenchModels;
  readonly works: readonly Work[];
  /** Of single rows. */
  readonly connections: readonly number[];
  readonly peersDirectory: string | undefined;
}

/** Makes the requests of every work and format. */
export async function planLoads({ models, works, connections, peersDirectory }: PlanLoadsOptions): Promise<PeerLoads> {
  const rows = [await rowsOf(models.mnist, 1, wireFormatOf(models.mnist, 'tf-serving-json')), await rowsOf(models.mnist, 1, instancesJson)];
  const [row] = rows as [Workload, Workload];
  const { mobilenet } = models;
  const uploads = mobilenet === null || peersDirectory === undefined ? [] : await uploadsOf(mobilenet, join(peersDirectory, 'bodies', 'image.jpg'));
  const planned: Record<Work, PlannedLoad[]> = {
    rows: connections.flatMap((count) => rows.map((workload) => ({ work: 'rows', workload, connections: count }))),
    messages: await each(MESSAGES, async (name) => ({ work: 'messages', workload: await rowsOf(models.mnist, 1, wireFormatOf(models.mnist, name)), connections: MESSAGE_CONNECTIONS })),
    pictures: PICTURE_CONNECTIONS.flatMap((count) => uploads.map((workload) => ({ work: 'pictures', workload, connections: count }))),
    batches: await each(BATCH_FORMATS, async (name) => ({ work: 'batches', workload: await rowsOf(models.mnist, ROWS_PER_BATCH, wireFormatOf(models.mnist, name)), connections: BATCH_CONNECTIONS })),
    tensors: await each(TENSOR_FORMATS, async (name) => ({ work: 'tensors', workload: await tensorsOf(models.pooling, name), connections: TENSOR_CONNECTIONS })),
    processes: PROCESS_CONNECTIONS.map((count) => ({ work: 'processes', workload: row, connections: count })),
    jobs: [],
    mixed: [],
  };
  return {
    loads: works.filter((work) => work !== 'processes' && work !== 'tensors').flatMap((work) => planned[work]),
    tensorLoads: works.includes('tensors') ? planned.tensors : [],
    processLoads: works.includes('processes') ? planned.processes : [],
    probes: [...rows, ...uploads],
    row,
    floodRows: await rowsOf(models.mnist, ROWS_PER_FLOOD_JOB, wireFormatOf(models.mnist, 'tf-serving-json')),
  };
}

function each<Name>(names: readonly Name[], plan: (name: Name) => Promise<PlannedLoad>): Promise<PlannedLoad[]> {
  return Promise.all(names.map(plan));
}

function wireFormatOf({ name, loaded }: BenchModel, format: FormatName): WireFormat {
  return wireFormat(format, { name, inputName: loaded.signature.inputs[0]?.name ?? '' });
}

function rowsOf({ loaded }: BenchModel, rowsPerRequest: number, format: WireFormat): Promise<Workload> {
  return mnistRows({ model: loaded, rowsPerRequest, requests: rowsPerRequest === 1 ? ROWS : BATCHES, format });
}

function tensorsOf(model: BenchModel, format: FormatName): Promise<Workload> {
  return floatPictures({ modelName: model.name, model: model.loaded, shape: POOLING_INPUT, requests: TENSORS, format: wireFormatOf(model, format) });
}

async function uploadsOf({ name, loaded, manifest }: BenchModel, file: string): Promise<Workload[]> {
  const { preprocessing } = manifest;
  if (preprocessing === null) throw new Error(`The model "${name}" was imported without its preprocessing. This is a bug.`);
  const files = await turnedPictures(await readFile(file));
  const formats: readonly PictureFormat[] = [formFile, rawPicture, formImages];
  return Promise.all(formats.map((format) => pictures({ modelName: name, model: loaded, preprocessing, files, format })));
}
