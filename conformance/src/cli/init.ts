import { writeFile } from 'node:fs/promises';
import { why } from '../why.ts';
import { SettingsError } from './settings-error.ts';

/** A target file with comments, ready to be changed. Capabilities come from the catalogue, with what each means. */
export function targetTemplate(capabilities: ReadonlyMap<string, string>): string {
  const width = Math.max(0, ...[...capabilities.keys()].map((name) => name.length));
  const claims = [...capabilities].map(([name, text]) => {
    const claimed = name === 'core' || name === 'media' || name === 'ivr';
    return `  ${claimed ? '' : '# '}- ${name.padEnd(claimed ? width + 2 : width)}  # ${text}`;
  });
  return `# Target file of the Mediaservice conformance suite: what is judged, and how to reach it.
# Secrets need not stand here: \${env:NAME} is taken from the environment when the file is read.

# As long as this line is here, the reference server that comes along is judged, and nothing below is read:
# a first \`run\` shows that the suite works on this machine. Take the line out when what follows is yours.
embedded: true

name: my implementation

rest:
  # Operations are called at {baseUrl}/{domain}/{operation}.
  baseUrl: http://127.0.0.1:8080

# The tenant that the tests use; it must exist on the target.
domain: demo

credentials:
  # hs256: the suite signs a JWT with this secret. Or kind: bearer, with a token that is sent as it is.
  kind: hs256
  secret: \${env:TARGET_SECRET}

sip:
  # Where calls to the numbers below are sent.
  host: 127.0.0.1
  port: 5060
  transport: udp

callbacks:
  # The suite listens here for the callbacks; the target's domain must be configured with the same URLs.
  baseUrl: http://127.0.0.1:9080/callbacks
  alarmUrl: http://127.0.0.1:9080/alarm

# Called numbers that reach the domain. Every test takes one of its own.
numbers:
  prefix: '+4610'
  first: 0
  last: 99999

suite:
  # Address of this machine at which the target reaches SIPp and RTP of the suite.
  host: 127.0.0.1

# What the target claims to do. What it does not claim is "not applicable", never a failure.
capabilities:
${claims.join('\n')}

# Where hybrid is claimed: the siteId of the domain's callbacks.
# siteId: site-1
# Where digest-auth is claimed: what the target has for calls to suite.host that are challenged.
# sipCredentials: { realm: trunk, username: me, password: '\${env:TRUNK_PASSWORD}' }
# Where multi-service is claimed: another service instance of the domain, by its mediaserviceId.
# mediaservice: { id: second, baseUrl: 'http://127.0.0.1:9080/second' }

# How patient the suite is, in milliseconds.
timers:
  callbackTimeoutMs: 5000  # how long the target waits for the answer to a callback
  dtmfGraceMs: 400         # tolerance for the digit timers
  quietMs: 300             # silence that the target must keep after each test
  stepMs: 5000             # how long a test waits for the next thing to happen

# Start the target for each run, and end it afterwards:
# command:
#   argv: [./my-server, --port, '8080']
#   ready: { url: 'http://127.0.0.1:8080/readyz', timeoutMs: 20000 }
# Or as a container, with a network of its own; rest, sip, callbacks and suite above may then be left out (docs/containers.md):
# container:
#   image: my-mediaservice:1.4
#   files: [{ to: /etc/my-mediaservice.yaml, from: settings.yaml }]
#   ready: { url: 'http://\${target.host}:8080/readyz' }
`;
}

/**
 * Writes a target file.
 * @throws {SettingsError} when it is there already and `force` is not set, or cannot be written.
 */
export async function writeTemplate(path: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    if (code === 'EEXIST') {
      throw new SettingsError('file-exists', `${path} is there already; --force writes over it.`, { cause });
    }
    throw new SettingsError('cannot-write', `${path} cannot be written: ${why(cause, 'there is no such folder')}.`, {
      cause,
    });
  }
}
