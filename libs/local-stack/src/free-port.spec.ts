import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort, freePorts, requireFreePort } from './free-port.js';

describe('free ports', () => {
  it('are all different', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
  });

  it('says which port is taken and which variable moves it', async () => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await expect(requireFreePort(port, '127.0.0.1', 'HTTP_PORT')).rejects.toThrow(
      `Port ${port} is already taken by another program. Stop that program, or choose another port with HTTP_PORT=<port>.`,
    );
    await new Promise((resolve) => server.close(resolve));
    await requireFreePort(port, '127.0.0.1', 'HTTP_PORT');
  });
});
