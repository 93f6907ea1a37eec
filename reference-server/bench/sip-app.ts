/** The smallest drachtio-srf application that takes calls: the same answer to each. Arguments: host, port, secret. */
import Srf from 'drachtio-srf';

const [host = '127.0.0.1', port = '9022', secret = ''] = process.argv.slice(2);
const localSdp = [
  ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
  ...['m=audio 4000 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000', ''],
].join('\r\n');

const srf = new Srf();
srf.on('connect', (error: unknown) => {
  if (error) throw error;
  process.stdout.write('connected\n');
});
srf.on('error', (error: unknown) => process.stderr.write(`${String(error)}\n`));
srf.connect({ host, port: Number(port), secret });
srf.invite((request, response) => {
  srf.createUAS(request, response, { localSdp }).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
