import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestAuthority } from '@switchyard/test-kit';

/** Every name leads to this machine. Node reads which authorities to trust when it starts, so that the fetching process is one of its own. */
const PROGRAM = `
  import { UrlFetcher, parseAllowList } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
  const options = { allowAnyPublicHost: true, allowList: parseAllowList('127.0.0.1'), resolve: async () => ['127.0.0.1'], maxBytes: 1000, timeoutMs: 5000 };
  const fetcher = new UrlFetcher(options);
  for (const url of process.argv.slice(1)) {
    console.log(await fetcher.fetch(url).then(({ bytes }) => bytes.toString(), (error) => error.kind + ': ' + error.message));
  }`;

const authority = new TestAuthority('test authority');
const stranger = new TestAuthority('unknown authority');
const trusted = authority.issue({ hosts: ['pictures.example'], addresses: ['127.0.0.1'] });
const expired = authority.issue({ hosts: ['expired.example'], validUntilMs: Date.now() - 1_000 });
const untrusted = stranger.issue({ hosts: ['unknown.example'] });

let server: Server;
let folder: string;
/** The names that clients asked for before they saw a certificate. */
let names: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-https-'));
  await writeFile(join(folder, 'authority.pem'), authority.cert);
  server = createServer({ ...trusted, SNICallback: (name, done) => {
    names.push(name);
    done(null, createSecureContext({ 'expired.example': expired, 'unknown.example': untrusted }[name] ?? trusted));
  } }, ({ url, headers }, response) => {
    if (url === '/elsewhere') response.writeHead(302, { location: `https://other.example:${(server.address() as AddressInfo).port}/` }).end();
    else response.setHeader('content-type', 'image/png').end(`picture of ${headers.host?.split(':')[0]}`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  names = [];
});

async function fetched(...targets: readonly string[]): Promise<string[]> {
  const { port } = server.address() as AddressInfo;
  const urls = targets.map((target) => `https://${target.replace('/', `:${port}/`)}`);
  const env = { ...process.env, NODE_OPTIONS: '', NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', PROGRAM, ...urls], { env, timeout: 20_000 });
  return stdout.trim().split('\n');
}

describe('a picture over HTTPS', () => {
  it('is fetched from a host whose authority the process trusts, by its name and by its address', async () => {
    expect(await fetched('pictures.example/', '127.0.0.1/')).toEqual(['picture of pictures.example', 'picture of 127.0.0.1']);
    expect(names).toEqual(['pictures.example']);
  });

  it('is refused in one sentence where the certificate is for another name, though it is for the address connected to', async () => {
    const refusal = 'invalid-input: The URL cannot be fetched: its certificate is for another host.';
    expect(await fetched('other.example/', 'pictures.example/elsewhere')).toEqual([refusal, refusal]);
    expect(names).toEqual(['other.example', 'pictures.example', 'other.example']);
  });

  it('is refused where the authority is unknown, and where the time is over', async () => {
    expect(await fetched('unknown.example/', 'expired.example/')).toEqual([
      'invalid-input: The URL cannot be fetched: its certificate is of no authority that is trusted here.',
      'invalid-input: The URL cannot be fetched: its certificate has expired.',
    ]);
  });
});
