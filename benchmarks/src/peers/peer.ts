import { ServingError } from '@switchyard/errors';

/** What peers are asked for: one row, or one picture, per request. */
export const PEER_WORKS: readonly string[] = ['rows', 'pictures'];

/** What computes a peer's models. */
export const PEER_ENGINES = ['ort', 'tf'] as const;
export type PeerEngine = (typeof PEER_ENGINES)[number];

/** One of the servers to compare with: how it is started and asked. */
export interface Peer {
  /** Names its start script, `serve_<script>.sh`. */
  readonly script: string;
  /** As the report says it. */
  readonly title: string;
  /** Paths by model and format: those it takes. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** On this engine only the lone caller is measured; with the other it does better under every other load. */
  readonly loneOnly?: PeerEngine;
}

/** A peer with one of its engines. */
export interface ChosenPeer extends Peer {
  readonly engine: PeerEngine;
  /** `mosec2, ort`: names it in results. */
  readonly name: string;
  readonly isLoneOnly: boolean;
}

const MNIST = '/mnist';
const IMAGE = '/image';

/** The formats are in formats/; only Celery's pictures are left out, for its queue is compared under rows. */
const PEERS: readonly Peer[] = [
  { script: 'mosec2', title: 'mosec, two workers', paths: { mnist: { 'tf-serving-json': MNIST }, mobilenet: { 'raw-picture': IMAGE } } },
  { script: 'mosec', title: 'mosec, one worker', paths: { mnist: { 'tf-serving-json': MNIST }, mobilenet: { 'raw-picture': IMAGE } } },
  { script: 'fastapi', title: 'FastAPI, two processes', loneOnly: 'tf', paths: { mnist: { 'tf-serving-json': MNIST }, mobilenet: { 'raw-picture': IMAGE } } },
  { script: 'bento', title: 'BentoML', paths: { mnist: { 'instances-json': MNIST }, mobilenet: { 'form-images': IMAGE } } },
  { script: 'celery', title: 'Celery, Redis and FastAPI', paths: { mnist: { 'tf-serving-json': MNIST } } },
];

/** Reads `mosec2:ort`. @throws ServingError `invalid-input` naming what is known */
export function parsePeer(text: string): ChosenPeer {
  const [script, engine] = text.split(':');
  const peer = PEERS.find((each) => each.script === script);
  if (peer === undefined || !isEngine(engine)) {
    const known = PEERS.map((each) => each.script).join(', ');
    throw new ServingError('invalid-input', `"${text}" is no peer; one of ${known}, a colon and ort or tf are expected, as in "mosec2:ort".`);
  }
  return { ...peer, engine, isLoneOnly: engine === peer.loneOnly, name: `${peer.title}, ${engine === 'ort' ? 'onnxruntime' : 'TensorFlow'}` };
}

function isEngine(text: string | undefined): text is PeerEngine {
  return PEER_ENGINES.some((engine) => engine === text);
}
