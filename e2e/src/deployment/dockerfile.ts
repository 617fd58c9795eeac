import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { readText } from './repository-files.js';

/** One stage of the Dockerfile, with what it inherits from the stages it is made of. */
export interface ImageTarget {
  readonly name: string;
  /** Its own instructions and, before them, those of its bases in this file. */
  readonly instructions: readonly Instruction[];
  readonly baseImage: string;
  readonly user: string | undefined;
  readonly stopSignal: string | undefined;
  readonly healthcheck: string | undefined;
  readonly command: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

export interface ReadDockerfile {
  readonly text: string;
  readonly targets: ReadonlyMap<string, ImageTarget>;
}

/** The Dockerfile at the root, stage by stage. */
export function readDockerfile(): ReadDockerfile {
  const text = readText('Dockerfile');
  const file = DockerfileParser.parse(text);
  const defaults = Object.fromEntries(file.getInitialARGs().map((argument) => [argument.getProperty()?.getName(), argument.getProperty()?.getValue()]));
  const targets = new Map<string, ImageTarget>();
  const starts = file.getFROMs().map((from) => from.getRange().start.line);
  for (const [index, from] of file.getFROMs().entries()) {
    const own = file.getInstructions().filter((one) => one.getRange().start.line > (starts[index] ?? 0) && one.getRange().start.line < (starts[index + 1] ?? Infinity));
    const image = (from.getImage() ?? '').replace(/\$\{(\w+)\}/g, (_match, name: string) => defaults[name] ?? '');
    const name = from.getBuildStage() ?? image;
    targets.set(name, describeStage(name, targets.get(image), image, own));
  }
  return { text, targets };
}

function describeStage(name: string, base: ImageTarget | undefined, image: string, own: readonly Instruction[]): ImageTarget {
  const instructions = [...(base?.instructions ?? []), ...own];
  const last = (keyword: string): string | undefined => instructions.filter((one) => one.getKeyword() === keyword).at(-1)?.getRawArgumentsContent() ?? undefined;
  return {
    name,
    instructions,
    baseImage: base?.baseImage ?? image,
    user: last('USER'),
    stopSignal: last('STOPSIGNAL'),
    healthcheck: last('HEALTHCHECK'),
    command: last('CMD'),
    environment: Object.fromEntries(instructions.filter((one) => one.getKeyword() === 'ENV').flatMap(assignments)),
  };
}

function assignments(instruction: Instruction): [string, string][] {
  return [...(instruction.getArgumentsContent() ?? '').matchAll(/([A-Z][A-Z0-9_]*)=(\S+)/g)].map(([, name, value]) => [name as string, value as string]);
}
