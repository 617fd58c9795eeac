import { once } from 'node:events';
import { connect as connectHttp2, type Settings } from 'node:http2';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Metadata, credentials, makeClientConstructor, status, type Client, type ClientDuplexStream, type ClientReadableStream, type ServiceDefinition, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath, service as healthService } from 'grpc-health-check';
import { ServingError } from '@switchyard/errors';
import type { AnsweredCall } from './call-observer.js';
import type { GrpcCall, UnaryMethod } from './grpc-service.js';
import { loadProtos } from './load-protos.js';
import { startGrpcServer, type GrpcServer, type GrpcServerOptions } from './start-grpc-server.js';

const protos = loadProtos(['echo.proto'], [fileURLToPath(new URL('../fixtures', import.meta.url))]);
const LIMITS = { maxMessageBytes: 100_000, maxConcurrentStreams: 10, maxConnections: 5, maxConnectionIdleMs: 60_000, maxConnectionAgeMs: 60_000, maxConnectionAgeGraceMs: 1_000 };

type Call = (request: object, metadata: Metadata, options: object, callback: (error: ServiceError | null, value: { text: string }) => void) => { cancel(): void };

const running: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of running.splice(0).reverse()) await thing.close();
});

/** A server whose `Say` is `say`, and what it observed. */
async function serve(say: (text: string, call: GrpcCall) => Promise<string> | string, options: Partial<GrpcServerOptions> = {}) {
  const answered: AnsweredCall[] = [];
  const failed: ServingError[] = [];
  const method: UnaryMethod = protos.plainMethod('test.Echo/Say', async ({ text }: { text: string }, call) => ({ text: await say(text, call) }));
  const server = await startGrpcServer({
    host: '127.0.0.1', port: 0, protos, limits: LIMITS, isReady: async () => true, drainTimeoutMs: 5_000,
    services: [{ name: 'test.Echo', unary: { Say: method }, streams: { SayMany: method }, statusOf: ({ kind }) => (kind === 'internal' ? 'INTERNAL' : 'INVALID_ARGUMENT') }],
    observer: { answered: (call) => answered.push(call), failed: (error) => failed.push(error) },
    ...options,
  });
  running.push(server);
  return { server, answered, failed };
}

function clientOf(server: GrpcServer, definition: ServiceDefinition = protos.serviceNamed('test.Echo') as ServiceDefinition): Client & Record<string, Call> {
  const client = new (makeClientConstructor(definition, 'service'))(`127.0.0.1:${server.port}`, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1, 'grpc.max_receive_message_length': -1, 'grpc.use_local_subchannel_pool': 1,
  });
  running.push(client);
  return client as unknown as Client & Record<string, Call>;
}

function say(client: Record<string, Call>, text: string, options: { timeoutMs?: number; method?: string; metadata?: Metadata } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    client[options.method ?? 'Say']!({ text }, options.metadata ?? new Metadata(), { deadline: Date.now() + (options.timeoutMs ?? 10_000) }, (error, value) => (error === null ? resolve(value.text) : reject(error)));
  });
}

describe('a gRPC server', () => {
  it('answers, gives the method what the call says, and tells the observer', async () => {
    let seen: Partial<GrpcCall> = {};
    const { server, answered } = await serve((text, call) => ((seen = call), call.markModel('m'), text.toUpperCase()));
    const metadata = new Metadata();
    metadata.set('x-request-id', 'id-7');
    expect(await say(clientOf(server), 'hello', { metadata, timeoutMs: 8_000 })).toBe('HELLO');
    expect(seen).toMatchObject({ requestId: 'id-7' });
    expect(seen.timeoutMs).toBeGreaterThan(5_000);
    expect(seen.timeoutMs).toBeLessThanOrEqual(8_000);
    expect(answered).toEqual([{ service: 'test.Echo', method: 'Say', model: 'm', status: 'OK', durationMs: expect.any(Number) }]);
  });

  it('fails with the status the service has for the error, its sentence, and when to come back', async () => {
    const { server, failed } = await serve(() => {
      throw new ServingError('invalid-input', `No “such” thing: ${'\ud800'}.`, { retryAfterMs: 1_500 });
    });
    const error = await say(clientOf(server), 'x').catch((thrown: ServiceError) => thrown);
    expect(error).toMatchObject({ code: status.INVALID_ARGUMENT, details: 'No “such” thing: \ufffd.' });
    expect((error as ServiceError).metadata.get('grpc-retry-pushback-ms')).toEqual(['1500']);
    expect(failed).toEqual([]);
  });

  it('says nothing of what broke inside, except to the log', async () => {
    const { server, failed } = await serve(() => {
      throw new TypeError('secret detail');
    });
    await expect(say(clientOf(server), 'x')).rejects.toMatchObject({ code: status.INTERNAL, details: expect.not.stringContaining('secret') });
    expect(failed).toMatchObject([{ kind: 'internal', cause: { message: 'secret detail' } }]);
  });

  it('refuses messages above the limit, in and out', async () => {
    const { server } = await serve((text) => (text === 'long' ? 'x'.repeat(LIMITS.maxMessageBytes) : text));
    const client = clientOf(server);
    await expect(say(client, 'x'.repeat(LIMITS.maxMessageBytes))).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    await expect(say(client, 'long')).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect(await say(client, 'short')).toBe('short');
  });

  it('aborts the signal when the client cancels and when its deadline passes, not when it has been answered', async () => {
    const signals: AbortSignal[] = [];
    let begun = (): void => undefined;
    const { server } = await serve(async (text, { signal }) => {
      signals.push(signal);
      begun();
      if (text === 'wait') await once(signal, 'abort');
      return text;
    });
    const client = clientOf(server);
    const begins = new Promise<void>((resolve) => (begun = resolve));
    const cancelled = new Promise<ServiceError | null>((resolve) => {
      const call = client['Say']!({ text: 'wait' }, new Metadata(), {}, resolve);
      void begins.then(() => call.cancel());
    });
    expect(await cancelled).toMatchObject({ code: status.CANCELLED });
    await expect(say(client, 'wait', { timeoutMs: 50 })).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    await say(client, 'go');
    await say(client, 'go'); // by now the end of the one before has been told
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false, false]);
  });

  it('answers a stream in the order of its requests, and ends it with the first failure', async () => {
    let release = (): void => undefined;
    const first = new Promise<void>((resolve) => (release = resolve));
    const { server } = await serve(async (text) => {
      if (text === 'bad') throw new ServingError('invalid-input', 'Bad.');
      if (text === '0') await first;
      else release();
      return text;
    });
    const client = clientOf(server) as unknown as { SayMany(): ClientDuplexStream<{ text: string }, { text: string }> };
    const stream = client.SayMany();
    const texts = Array.from({ length: 40 }, (_, index) => String(index));
    for (const text of texts) stream.write({ text });
    stream.end();
    const got: string[] = [];
    for await (const { text } of stream) got.push(text as string);
    expect(got).toEqual(texts);
    const talk = client.SayMany();
    for (const text of ['one', 'two']) {
      talk.write({ text });
      expect((await once(talk, 'data'))[0]).toEqual({ text }); // answered while the stream is open
    }
    talk.cancel();
    talk.on('error', () => undefined);
    const failing = client.SayMany();
    failing.on('data', () => undefined);
    const failure = once(failing, 'error');
    failing.write({ text: 'bad' });
    expect((await failure)[0]).toMatchObject({ code: status.INVALID_ARGUMENT, details: 'Bad.' });
  });

  it('says in one sentence that a message cannot be read', async () => {
    const { server } = await serve((text) => text);
    const definition = protos.serviceNamed('test.Echo') as ServiceDefinition;
    const raw = clientOf(server, { Say: { ...definition['Say']!, requestSerialize: () => Buffer.of(10, 200) } });
    await expect(say(raw, '')).rejects.toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining('The 2 bytes received are no request of test.Echo/Say') });
  });

  it('calls UNIMPLEMENTED what it does not have', async () => {
    const { server } = await serve((text) => text);
    const definition = protos.serviceNamed('test.Echo') as ServiceDefinition;
    const other = clientOf(server, { Say: { ...definition['Say']!, path: '/test.Echo/Shout' } });
    await expect(say(other, '')).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });

  it('reports its health as a whole and for each service, and that it drains', async () => {
    let isReady = false;
    const { server } = await serve((text) => text, { isReady: async () => isReady });
    const client = clientOf(server, healthService as unknown as ServiceDefinition) as unknown as { watch(request: object): ClientReadableStream<{ status: string }> };
    for (const name of ['', 'test.Echo']) {
      const watching = client.watch({ service: name });
      watching.on('error', () => undefined); // the server's end
      const next = async (): Promise<string> => ((await once(watching, 'data'))[0] as { status: string }).status;
      expect(await next()).toBe(isReady ? 'SERVING' : 'NOT_SERVING');
      if (!isReady) {
        isReady = true;
        expect(await next()).toBe('SERVING');
      } else {
        const drained = next();
        void server.close();
        expect(await drained).toBe('NOT_SERVING');
      }
    }
  });

  it('shows its services by reflection', async () => {
    const { server } = await serve((text) => text);
    for (const version of ['v1', 'v1alpha']) expect(await reflectedServices(server, version)).toEqual(expect.arrayContaining(['test.Echo']));
  });

  it('answers bytes that ask for no reflection, and goes on', async () => {
    const { server } = await serve((text) => text);
    const call = clientOf(server).makeBidiStreamRequest('/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', (bytes: Buffer) => bytes, (bytes: Buffer) => bytes);
    call.write(Buffer.from([0x0a, 0xff]));
    const [error] = (await once(call, 'error')) as [{ code: number; details: string }];
    expect(error).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringMatching(/^The 2 bytes received are no request of ServerReflectionInfo: /) });
    expect(await reflectedServices(server, 'v1')).toEqual(expect.arrayContaining(['test.Echo']));
  });

  it('lets a client send a megabyte before it has to wait, on a call and on a connection, under the same limit of calls', async () => {
    const { server } = await serve((text) => text);
    const session = connectHttp2(`http://127.0.0.1:${server.port}`);
    running.push({ close: () => session.destroy() });
    const [settings] = (await once(session, 'remoteSettings')) as [Settings];
    expect(settings).toMatchObject({ initialWindowSize: 1_048_576, maxConcurrentStreams: LIMITS.maxConcurrentStreams });
    await new Promise<void>((resolve, reject) => session.ping((error) => (error === null ? resolve() : reject(error)))); // The window's frame came before its answer.
    expect(session.state.remoteWindowSize).toBe(1_048_576);
  });

  it('closes connections beyond its bound, and what is no HTTP/2', async () => {
    const { server } = await serve((text) => text, { limits: { ...LIMITS, maxConnections: 1 } });
    const first = connect(server.port, '127.0.0.1');
    await once(first, 'connect');
    const second = connect(server.port, '127.0.0.1');
    second.on('error', () => undefined);
    await once(second, 'close');
    first.on('error', () => undefined);
    first.write('GET / HTTP/1.1\r\n\r\n');
    first.resume();
    await once(first, 'close');
    expect(await say(clientOf(server), 'still here')).toBe('still here');
  });

  it('finishes the calls in hand before it is closed, and takes no new ones', async () => {
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    let begun = (): void => undefined;
    const begins = new Promise<void>((resolve) => (begun = resolve));
    const { server } = await serve(async (text) => (begun(), await finished, text));
    const answer = say(clientOf(server), 'in hand');
    await begins;
    const closed = server.close();
    await expect(say(clientOf(server), 'too late', { timeoutMs: 2_000 })).rejects.toMatchObject({ code: status.UNAVAILABLE });
    finish();
    expect(await answer).toBe('in hand');
    await closed;
  });

  it('waits no longer than its drain timeout for them', async () => {
    const { server } = await serve(() => new Promise<string>(() => undefined), { drainTimeoutMs: 100 });
    const client = clientOf(server);
    const answer = say(client, 'never');
    answer.catch(() => undefined);
    await new Promise<void>((resolve, reject) => client.waitForReady(Date.now() + 5_000, (error) => (error ? reject(error) : resolve())));
    await server.close();
    await expect(answer).rejects.toMatchObject({ code: expect.any(Number) });
  });
});

async function reflectedServices(server: GrpcServer, version: string): Promise<string[]> {
  const definition = loadSync(fileURLToPath(new URL(`../../../node_modules/@grpc/reflection/build/proto/grpc/reflection/${version}/reflection.proto`, import.meta.url)), { keepCase: true });
  const client = clientOf(server, definition[`grpc.reflection.${version}.ServerReflection`] as unknown as ServiceDefinition) as unknown as {
    ServerReflectionInfo(): ClientDuplexStream<object, { list_services_response: { service: { name: string }[] } }>;
  };
  const stream = client.ServerReflectionInfo();
  stream.write({ list_services: '' });
  const [{ list_services_response: list }] = (await once(stream, 'data')) as [{ list_services_response: { service: { name: string }[] } }];
  stream.end();
  return list.service.map(({ name }) => name);
}

it('finds the health service where grpc-health-check defines it', () => {
  expect(loadSync(protoPath)['grpc.health.v1.Health']).toBeDefined();
});
