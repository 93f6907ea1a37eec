import { scenario } from '../../harness/scenario.ts';
import { is } from '../support/expected.ts';
import { refusedCall } from '../support/flows.ts';

/** The API shows names in lower case; that they always are is a decision, so what it says itself is judged without. */
function lowered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toLowerCase(), one]));
}

scenario(
  {
    id: 'newcall/x-headers',
    title: 'xHeaders has each X- header of the INVITE, an array where one occurs several times',
    area: 'newcall',
    requirements: ['newcall-x-headers', 'newcall-x-headers-multiple', 'newcall-x-headers-lower-case'],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const headers = ['X-Trunk: a', 'X-Many: one', 'x-lonely: yes', 'X-Many: two', 'X-Many: three', 'X-UPPER: Case'];
    const { xHeaders } = (await refusedCall(ctx, { headers })).body;
    const expected = { 'x-trunk': 'a', 'x-many': ['one', 'two', 'three'], 'x-lonely': 'yes', 'x-upper': 'Case' };
    ctx.expect('newcall-x-headers', 'xHeaders, without regard to case', lowered(xHeaders), is(expected));
    const many = (lowered(xHeaders) as Record<string, unknown>)['x-many'];
    ctx.expect('newcall-x-headers-multiple', 'a header that occurs three times', many, is(['one', 'two', 'three']));
    ctx.expect('newcall-x-headers-lower-case', 'xHeaders', xHeaders, is(expected));
  },
);

scenario(
  {
    id: 'newcall/p-headers',
    title: 'pHeaders has the P- headers, copyHeaders names them and the X- headers, and no other header is in either',
    area: 'newcall',
    requirements: [
      'newcall-p-headers',
      'newcall-p-headers-lower-case',
      'newcall-p-headers-multiple',
      'newcall-headers-no-others',
      'newcall-copy-headers',
      'sip-unknown-headers',
    ],
    needs: { call: true, webhook: true },
  },
  async (ctx) => {
    const { body } = await refusedCall(ctx, {
      headers: [
        'P-Charging-Vector: icid-value=1234;orig-ioi=home.example',
        'P-Access-Network-Info: first',
        'X-Trunk: a',
        'P-Access-Network-Info: second',
        'Alert-Info: <http://example.com/ring.wav>',
        'Warning: 399 example.com "mind the gap"',
        'Pixie: dust',
        'Xylophone: plays',
      ],
    });
    const pHeaders = {
      'p-charging-vector': 'icid-value=1234;orig-ioi=home.example',
      'p-access-network-info': ['first', 'second'],
    };
    ctx.expect('sip-unknown-headers', 'the call is announced all the same', body.calledParty, is(ctx.number));
    ctx.expect('newcall-p-headers', 'pHeaders, without regard to case', lowered(body.pHeaders), is(pHeaders));
    const many = (lowered(body.pHeaders) as Record<string, unknown>)['p-access-network-info'];
    ctx.expect('newcall-p-headers-multiple', 'a header that occurs twice', many, is(['first', 'second']));
    ctx.expect(
      'newcall-headers-no-others',
      'xHeaders, without regard to case',
      lowered(body.xHeaders),
      is({ 'x-trunk': 'a' }),
    );
    const names = Array.isArray(body.copyHeaders) ? body.copyHeaders.map((name) => String(name).toLowerCase()) : [];
    ctx.expect(
      'newcall-copy-headers',
      'copyHeaders, without regard to case and order',
      names.toSorted(),
      is(['p-access-network-info', 'p-charging-vector', 'x-trunk']),
    );
    ctx.expect('newcall-p-headers-lower-case', 'pHeaders', body.pHeaders, is(pHeaders));
  },
);
