import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SipEngine } from '../sip-engine/engine.ts';
import { engine, fastTimers, sdp, until } from '../testing/srf/world.ts';
import { invite, leg, reply, start } from './testing/bench.ts';

describe('a caller that is scripted message by message', () => {
  /** An INVITE that is acknowledged when it is answered; all else that comes is kept and not answered. */
  const call = async (near: SipEngine, headers: readonly string[], next?: string) => {
    const [to] = near.sipAddresses;
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => void socket.close());
    await once(socket, 'listening');
    const { port } = socket.address();
    const request = (method: string, tag: string) =>
      [
        `${method} sip:1000@127.0.0.1:${to?.port} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${method}`,
        'From: <sip:caller@127.0.0.1>;tag=caller',
        `To: <sip:1000@127.0.0.1>${tag}`,
        `Call-ID: ${port}@phone`,
        `CSeq: ${method === next ? 2 : 1} ${method}`,
        'Max-Forwards: 70',
        ...(method === 'ACK'
          ? []
          : [`Contact: <sip:caller@127.0.0.1:${port}>`, 'Content-Type: application/sdp', ...headers]),
        `Content-Length: ${method === 'ACK' ? 0 : sdp(5000).length}`,
        '',
        method === 'ACK' ? '' : sdp(5000),
      ].join('\r\n');
    const got: string[] = [];
    socket.on('message', (data, from) => {
      const message = data.toString();
      got.push(message);
      const tag = /^To:.*(;tag=[^;\r]+)/im.exec(message)?.[1];
      const follows = message.startsWith('SIP/2.0 200') && tag ? ['ACK', ...(next ? [next] : [])] : [];
      for (const method of follows) socket.send(request(method, tag ?? ''), from.port, from.address);
      if (message.startsWith('BYE')) socket.send(reply(message, '200 OK'), from.port, from.address);
    });
    socket.send(request('INVITE', ''), to?.port ?? 0, '127.0.0.1');
    return got;
  };

  it('is told that a method is not implemented, and which ones are', async () => {
    const { near, port, incoming, event, over } = await start();
    const got = await call(near, [], 'FOO');
    const { leg: id } = await incoming();
    port.answer(id, sdp(4000));
    await event('sip.confirmed');
    const refused = () => got.find((message) => message.startsWith('SIP/2.0 501'));
    await until(() => expect(refused()).toMatch(/^Allow: .*INVITE/m));
    port.hangup(id);
    await over();
  });

  it('who lets a session timer run out is ended, and that is told', async () => {
    const { near, port, incoming, event, over } = await start(engine({ minSe: 1 }), { minSe: 1 });
    const got = await call(near, ['Supported: timer', 'Session-Expires: 1;refresher=uac']);
    const { leg: id } = await incoming();
    port.answer(id, sdp(4000));
    await event('sip.confirmed');
    expect(await event('sip.ended')).toEqual({ type: 'sip.ended', leg: id, cause: 'sessionExpired' });
    await until(() => expect(got.some((line) => line.startsWith('BYE '))).toBe(true));
    await over();
  });
});

describe('a call that goes out to a phone that is scripted message by message', () => {
  const phone = async (answers: (method: string, request: string) => readonly string[]) => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => void socket.close());
    await once(socket, 'listening');
    const methods: string[] = [];
    socket.on('message', (data, from) => {
      const request = data.toString();
      const method = request.slice(0, request.indexOf(' '));
      if (methods.at(-1) !== method) methods.push(method);
      for (const answer of answers(method, request)) socket.send(answer, from.port, from.address);
    });
    return { uri: `sip:bob@127.0.0.1:${socket.address().port}`, methods };
  };

  it('a 200 that crosses the CANCEL is acknowledged and ended', async () => {
    const { near, port, event, types, over } = await start();
    let pending = '';
    const { uri, methods } = await phone((method, request) => {
      if (method === 'INVITE') pending = request;
      if (method === 'INVITE') return [reply(request, '180 Ringing')];
      if (method === 'BYE') return [reply(request, '200 OK')];
      if (method !== 'CANCEL') return [];
      const contact = [`Contact: <${uri}>`, 'Content-Type: application/sdp'];
      return [reply(request, '200 OK'), reply(pending, '200 OK', sdp(5000), contact)];
    });
    port.invite(leg, invite(near, { uri }));
    await event('sip.progress');
    port.cancel(leg);
    expect(await event('sip.failed')).toMatchObject({ status: 487 });
    await until(() => expect(methods).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE']));
    expect(types()).toEqual(['sip.progress', 'sip.failed']);
    await over();
  });

  it('a CANCEL that nobody answers has failed after 32 s', async () => {
    const { near, port, clock, event, types } = await start(engine(fastTimers));
    const { uri, methods } = await phone((method, request) =>
      method === 'INVITE' ? [reply(request, '180 Ringing')] : [],
    );
    port.invite(leg, invite(near, { uri }));
    await event('sip.progress');
    port.cancel(leg);
    await until(() => expect(methods).toContain('CANCEL'));
    clock.advance(31_999);
    expect(types()).toEqual(['sip.progress']);
    clock.advance(1);
    expect(types()).toEqual(['sip.progress', 'sip.cancelFailed']);
    expect(port.stats().legs).toBe(0);
    await until(() => expect(port.stats().lingering).toBe(0));
  });
});
