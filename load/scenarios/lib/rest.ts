/** REST operations of the target, and what the application knows. */
import http, { type RefinedResponse, type RequestBody } from 'k6/http';
import { calleeUser, setting } from './world.ts';

const { restUrl, token } = setting.target;
const authorization = `Bearer ${token}`;

type Answer = RefinedResponse<'none'>;

/** POST of an operation; `due` is the status that counts as success. */
export function post(operation: string, body: unknown, due = 200): Answer {
  return http.post(`${restUrl}/${operation}`, JSON.stringify(body), {
    headers: { authorization, 'content-type': 'application/json' },
    tags: { name: operation },
    responseType: 'none',
    responseCallback: http.expectedStatuses(due),
  });
}

/** A request to the prompt storage. */
export function promptFile(method: 'PUT' | 'GET' | 'DELETE', name: string, body: RequestBody | null): Answer {
  return http.request(method, `${restUrl}/promptfile/${name}`, body, {
    headers: { authorization, 'content-type': 'audio/wav' },
    tags: { name: `${method} promptfile` },
    responseType: 'none',
    responseCallback: http.expectedStatuses(200, 201, 204),
  });
}

let contact: string | undefined;

/** The address of this user's callee, as it registered with the application. Undefined: it has not. */
export function calleeContact(): string | undefined {
  if (contact !== undefined) return contact;
  const response = http.get(`${setting.application.url}/contact/${calleeUser}`, {
    // Not one of the target's operations.
    tags: { name: 'application' },
    responseType: 'text',
  });
  if (response.status !== 200) return undefined;
  contact = (response.json() as { contact: string }).contact;
  return contact;
}
