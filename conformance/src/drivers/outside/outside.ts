import { randomBytes, randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { DIGEST } from 'http-auth-utils';
import { readMetrics, settled } from '../../harness/metrics.ts';
import { plainHeaders } from '../http.ts';
import { deliver } from '../sipp/signal.ts';
import { tcpLink, udpLink } from './links.ts';
import type { Outside, Reply } from './types.ts';

/** The real world. `evidenceDir`: where files of evidence go; without it they are not kept. */
export function realOutside(evidenceDir?: string): Outside {
  let serial = 0;
  return {
    uuid: () => randomUUID(),
    random: (bytes) => randomBytes(bytes).toString('hex'),
    serial: () => {
      serial += 1;
      return serial;
    },
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    after: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
    udpLink,
    tcpLink,
    datagrams: async (host) => {
      const socket = createSocket('udp4');
      socket.bind(0, host);
      await once(socket, 'listening');
      const { port } = socket.address();
      return {
        host,
        port,
        send: (bytes, toPort, toHost) =>
          new Promise((resolve, reject) =>
            socket.send(bytes, toPort, toHost, (error) => (error ? reject(error) : resolve())),
          ),
        close: () => void socket.close(),
      };
    },
    breakOff: async ({ host, port }, head, bytes) => {
      const socket = connect(port, host);
      await once(socket, 'connect');
      socket.write(head);
      await new Promise<void>((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve())));
      socket.destroy();
    },
    deliver,
    serve: async (host, answer) => {
      const server = createServer((request, response) => {
        const { method = '', url = '' } = request;
        const reply: Reply = answer({ method, url, headers: plainHeaders(request.headers) });
        if (reply.silent === true) return;
        const { body } = reply;
        const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
        response.writeHead(reply.status ?? 200, { ...length, ...reply.headers }).end(body);
      });
      server.listen(0, host);
      await once(server, 'listening');
      const address = server.address();
      return {
        port: typeof address === 'object' && address !== null ? address.port : 0,
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      };
    },
    readMetrics,
    settled,
    digest: (of) => DIGEST.computeHash({ ...of }),
    keep: async (path, bytes) => {
      if (evidenceDir === undefined) return;
      await mkdir(dirname(join(evidenceDir, path)), { recursive: true });
      await writeFile(join(evidenceDir, path), bytes);
    },
    missed: () => {},
  };
}
