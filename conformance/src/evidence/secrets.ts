import type { Credentials, Target } from '../target/types.ts';

const speaking = 'secret|token|passw|passphrase|pwd|credential|key';
/** A variable or option of this name holds what nobody else should see. */
const secretName = new RegExp(speaking, 'i');
/** In texts of any form, keys stand for more: there it must be one that opens something. */
const assigned =
  /\b[\w.-]*(?:secret|token|passw|passphrase|pwd|credential|api[_-]?key|private[_-]?key|access[_-]?key)[\w.-]*["']?\s*[:=]\s*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"',;]+))/gi;
/** User and password before the host (RFC 3986 3.2.1). */
const userinfo = /\b[a-z][a-z\d+.-]*:\/\/([^\s/?#"'@]+)@/gi;
/** Values of switches and the like: taken out, they would take the meaning of everything with them. */
const noSecret = /^(?:true|false|null|none|yes|no|on|off|\d{1,5})$/i;

/** Octets; what is shorter stands everywhere by chance. */
const shortest = 4;

/** What a target file holds that nobody else should see. */
export function secretsOf(target: Target): string[] {
  const { command, container, sipCredentials } = target;
  const tenants = Object.values(target.tenants).flatMap(({ credentials }) => (credentials ? [credentials] : []));
  const variables = [command?.env, container?.env, container?.build?.args].flatMap((one) => Object.entries(one ?? {}));
  const options = [...ofOptions(command?.argv ?? []), ...ofOptions(container?.command ?? [])];
  const contents = (container?.files ?? []).flatMap(({ content }) => content ?? []);
  const guessed = [
    ...variables.flatMap(([name, value]) => (secretName.test(name) ? [value] : [])),
    ...options,
    ...contents.flatMap(ofText),
    ...textsIn(target).flatMap(ofUrls),
  ];
  return [
    ...new Set([
      ...[target.credentials, ...tenants].map(ofCredentials),
      ...(sipCredentials === undefined ? [] : [sipCredentials.password]),
      ...(target.redact ?? []),
      ...guessed.filter((one) => Buffer.byteLength(one) >= shortest && !noSecret.test(one)),
    ]),
  ];
}

/** A target without what only the one who starts it needs: arguments, variables and files; and without userinfo in URLs. */
export function withoutMeans(target: Target): Target {
  const { command, container, ...rest } = target;
  const { env, files, command: words, build, ...kept } = container ?? {};
  const { args, ...context } = build ?? {};
  const bare = {
    ...rest,
    ...(command && { command: { ...command, argv: withoutArguments(command.argv), ...blankEnv('env', command.env) } }),
    ...(container && {
      container: {
        ...kept,
        ...blankEnv('env', env),
        ...(words && { command: withoutArguments(words) }),
        ...(files && {
          files: files.map((file) => ({ ...file, ...(file.content !== undefined && { content: gone }) })),
        }),
        ...(build && { build: { ...context, ...blankEnv('args', args) } }),
      },
    }),
  };
  return withoutUserinfo<unknown>(bare) as Target;
}

/** The same JSON value, without user and password in URLs. */
export const withoutUserinfo = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_, one: unknown) =>
    typeof one === 'string'
      ? one.replaceAll(userinfo, (url, user: string) => url.replace(`${user}@`, 'redacted@'))
      : one,
  );

const gone = '…';
const withoutArguments = (words: readonly string[]): string[] => words.map((word, i) => (i === 0 ? word : gone));
const blankEnv = (name: string, env: Readonly<Record<string, string>> | undefined): object =>
  env === undefined ? {} : { [name]: Object.fromEntries(Object.keys(env).map((one) => [one, gone])) };

const ofCredentials = (credentials: Credentials): string =>
  credentials.kind === 'hs256' ? credentials.secret : credentials.token;

const ofText = (text: string): string[] =>
  [...text.matchAll(assigned)].map(([, double, single, bare]) => double ?? single ?? bare ?? '');

/** `--token=x` and `--token x`. */
const ofOptions = (words: readonly string[]): string[] =>
  words.flatMap((word, i) => {
    const value = /^--?[^=]*$/.test(word) && secretName.test(word) ? words[i + 1] : undefined;
    return [...ofText(word), ...(value === undefined ? [] : [value])];
  });

function ofUrls(text: string): string[] {
  return [...text.matchAll(userinfo)].flatMap(([, written = '']) => {
    const plain = decoded(written);
    // A token may stand there alone, without a user.
    const password = written.slice(written.indexOf(':') + 1);
    // As it stands in Authorization: Basic (RFC 7617 2), too.
    return [password, decoded(password), Buffer.from(plain, 'utf8').toString('base64')];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
