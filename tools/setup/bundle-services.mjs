// @ts-check
import { readFile, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

export const SERVICES = ['api', 'inference-worker', 'trainer', 'registry'];

/** Native, or opened as files. */
const INSTALLED = ['onnxruntime-node', '@tensorflow/*', 'sharp', 'msgpackr-extract'];

/** What packages can do without and ask for all the same, each within a `try`. */
const ABSENT = [
  '@nestjs/microservices', '@nestjs/websockets', '@nestjs/platform-express', '@nestjs/axios', '@nestjs/mongoose', '@nestjs/sequelize', '@nestjs/typeorm',
  '@mikro-orm/core', '@fastify/view', 'class-transformer', 'class-validator',
];

/** What CommonJS modules take for granted, and `placesOfModules` needs. */
const PREAMBLE = [
  "import { createRequire as createRequireOfBundle } from 'node:module';",
  "import { fileURLToPath as pathOfModule } from 'node:url';",
  'const urlOfBundle = import.meta.url;',
  'const require = createRequireOfBundle(urlOfBundle);',
].join('\n');

/** How modules ask where they are. */
const PLACE = /\bimport\.meta\.url\b|\b__(?:dir|file)name\b/;
const PLACES = new RegExp(PLACE, 'g');

/** What the supervisor and the images start. @param {string} root @param {string} service */
export function bundleOf(root, service) {
  return join(root, 'apps', service, 'dist/bundle/main.js');
}

/**
 * Makes of each service, as `tsc` left it, and of all it imports one file. A service imports some two thousand modules; to find and read
 * them took two thirds of its start.
 *
 * @param {string} root
 */
export async function bundleServices(root) {
  await Promise.all(SERVICES.map((service) => bundle(root, service)));
}

/** @param {string} root @param {string} service */
async function bundle(root, service) {
  const outdir = dirname(bundleOf(root, service));
  await rm(outdir, { recursive: true, force: true });
  // Whoever only asks where bundles are may come before it is installed.
  const { build } = await import('esbuild');
  await build({
    entryPoints: { main: join(root, 'apps', service, 'dist/main.js') },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Without keepNames: it names every function anew whenever it is made, closures of each request too, which was 7 % of the api's time.
    legalComments: 'none',
    // For whoever sets NODE_OPTIONS=--enable-source-maps; names of functions are in the traces without them.
    sourcemap: true,
    sourcesContent: false,
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'error',
    banner: { js: PREAMBLE },
    external: [...INSTALLED, ...ABSENT.flatMap((name) => [name, `${name}/*`])],
    // It comes in two forms: `@nestjs/bullmq` requires one, our own modules would import the other.
    alias: { bullmq: join(root, 'node_modules/bullmq/dist/cjs/index.js') },
    plugins: [placesOfModules(outdir)],
  });
}

/**
 * Modules find files beside them by their own address: each goes on seeing the one it had.
 *
 * @param {string} outdir
 * @returns {import('esbuild').Plugin}
 */
function placesOfModules(outdir) {
  return {
    name: 'places of modules',
    setup({ onLoad }) {
      onLoad({ filter: /\.[cm]?js$/ }, async ({ path }) => {
        const contents = await readFile(path, 'utf8');
        if (!PLACE.test(contents)) return undefined;
        const url = `new URL(${JSON.stringify(relative(outdir, path).split('\\').join('/'))}, urlOfBundle)`;
        const places = { 'import.meta.url': `${url}.href`, __dirname: `pathOfModule(new URL('.', ${url}))`, __filename: `pathOfModule(${url})` };
        return { contents: contents.replace(PLACES, (name) => places[/** @type {keyof typeof places} */ (name)]), loader: 'js' };
      });
    },
  };
}
