export interface EncodedForm {
  readonly contentType: string;
  readonly body: Buffer;
}

/** A multipart body as a browser writes it; a Blob is sent as a file. */
export async function encodeForm(entries: readonly (readonly [name: string, value: string | Blob])[]): Promise<EncodedForm> {
  const form = new FormData();
  for (const [name, value] of entries) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, 'picture.png');
  }
  const encoded = new Response(form);
  return { contentType: encoded.headers.get('content-type') ?? '', body: Buffer.from(await encoded.arrayBuffer()) };
}
