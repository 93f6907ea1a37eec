import type { Credentials, Target } from '../target/types.ts';

/** What a target file holds that nobody else should see. */
export function secretsOf(target: Target): string[] {
  const tenants = Object.values(target.tenants).flatMap(({ credentials }) => (credentials ? [credentials] : []));
  return [
    ...[target.credentials, ...tenants].map(ofCredentials),
    ...(target.sipCredentials === undefined ? [] : [target.sipCredentials.password]),
    ...Object.entries(target.command?.env ?? {}).flatMap(([name, value]) =>
      /secret|token|password|key/i.test(name) ? [value] : [],
    ),
    ...(target.redact ?? []),
  ];
}

const ofCredentials = (credentials: Credentials): string =>
  credentials.kind === 'hs256' ? credentials.secret : credentials.token;
