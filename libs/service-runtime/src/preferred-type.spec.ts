import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { preferredType } from './preferred-type.js';

const PROMETHEUS = 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.4,*/*;q=0.1';

function accepting(accept: string | undefined): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  if (accept !== undefined) request.headers.accept = accept;
  return request;
}

describe('preferredType', () => {
  it.each([
    [undefined, 'text/plain'], ['*/*', 'text/plain'], [PROMETHEUS, 'text/plain'], ['text/plain', 'text/plain'],
    ['application/json', 'application/json'], ['application/json, text/plain, */*', 'application/json'], ['text/plain;q=0.5, application/json', 'application/json'],
    ['image/png', null],
  ])('%j: %j', (accept, type) => {
    expect(preferredType(accepting(accept), ['text/plain', 'application/json'])).toBe(type);
  });
});
