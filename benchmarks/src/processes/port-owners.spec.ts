import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { assertPortOwnedBy, listeningInodes } from './port-owners.js';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1
   2: 00000000:01F9 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0
`;

describe('listeningInodes', () => {
  it('finds who takes connections on the port, and not the connections', () => {
    expect(listeningInodes(TABLE, 8_080)).toEqual(['4711']);
    expect(listeningInodes(TABLE, 505)).toEqual(['4713']);
  });

  it('finds nobody on another port, or without a table', () => {
    expect([listeningInodes(TABLE, 50_000), listeningInodes('', 8_080)]).toEqual([[], []]);
  });
});

(process.platform === 'linux' ? describe : describe.skip)('assertPortOwnedBy', () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => void server.close());

  it('takes the process that listens, among others', () => {
    expect(() => assertPortOwnedBy(port, [1, process.pid])).not.toThrow();
  });

  it('refuses another process, and a port on which nobody listens', async () => {
    expect(() => assertPortOwnedBy(port, [1])).toThrow(`Another program listens on port ${port}`);
    await new Promise((resolve) => server.close(resolve));
    expect(() => assertPortOwnedBy(port, [process.pid])).toThrow(`Nobody listens on port ${port}`);
  });
});
