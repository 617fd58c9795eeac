/** One event of a stream; comments, ids and reconnection times are left out. */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** Reads a stream of events as https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation says. */
export async function* readServerSentEvents(body: AsyncIterable<Uint8Array>, onBytes: () => void = () => undefined): AsyncGenerator<ServerSentEvent, void> {
  let event = 'message';
  let data: string[] = [];
  for await (const line of readLines(body, onBytes)) {
    if (line === '') {
      if (data.length > 0) yield { event, data: data.join('\n') };
      event = 'message';
      data = [];
    } else if (line.startsWith('event:')) event = valueOf(line);
    else if (line.startsWith('data:')) data.push(valueOf(line));
  }
}

/** Lines without their ends. A line of megabytes comes in many pieces: they are joined once. */
async function* readLines(body: AsyncIterable<Uint8Array>, onBytes: () => void): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  for await (const bytes of body) {
    onBytes();
    const [rest = '', ...begun] = decoder.decode(bytes, { stream: true }).split('\n');
    pieces.push(rest);
    for (const next of begun) {
      yield pieces.join('').replace(/\r$/, '');
      pieces = [next];
    }
  }
}

function valueOf(line: string): string {
  return line.slice(line.indexOf(':') + 1).replace(/^ /, '');
}
