import { z } from 'zod'
import type { Described } from '../../../../bff/http/route.ts'
import { CONFIGURATION_ROWS } from '../matrix/configurations.ts'
import { OPERATION_ROWS } from '../matrix/operations.ts'
import type { Row } from '../matrix/row.ts'
import { SERVICE_ROWS } from '../matrix/services.ts'

/** A request, as far as it can be told before it has a token. */
export interface Attempt {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** One place of one request that takes a text from outside. */
export interface Place {
  /** Named by a test that fails. */
  readonly name: string
  /** The request with this text there and all else as it works. */
  with(text: string): Attempt
}

/** Requests that work, one per row of the matrix: a route that is not there is missing here too. */
export const WORKING: readonly Row[] = [...SERVICE_ROWS, ...OPERATION_ROWS, ...CONFIGURATION_ROWS]

const HEADERS = [
  'idempotency-key',
  'last-event-id',
  'accept-language',
  'time-zone',
  'origin',
  'if-match',
]

function workingOf(row: Row): Attempt {
  const [method = ''] = row.route.split(' ')
  return {
    method,
    path: row.path,
    body: row.body,
    headers: method === 'POST' ? { 'idempotency-key': 'one-gesture' } : {},
  }
}

function replaced(value: unknown, at: readonly string[], text: string): unknown {
  const [first, ...rest] = at
  if (first === undefined) return text
  // Only objects are walked into.
  const object = value as Record<string, unknown>
  return { ...object, [first]: replaced(object[first], rest, text) }
}

/** Where a body has a text, as paths of names. */
function leavesOf(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value === 'string') return [[...at]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...at, name]))
}

/** Every place a text from outside can stand in the request of a row. */
export function placesOf(row: Row, routes: readonly Described[]): Place[] {
  const working = workingOf(row)
  const [, pattern = ''] = row.route.split(' ')
  const segments = pattern.split('/')
  const inPath = segments.flatMap((segment, index): Place[] =>
    segment.startsWith(':')
      ? [
          {
            name: `${row.route} path ${segment}`,
            with: (text) => ({
              ...working,
              path: row.path
                .split('/')
                .map((part, at) => (at === index ? encodeURIComponent(text) : part))
                .join('/'),
            }),
          },
        ]
      : [],
  )
  const route = routes.find(({ method, path }) => `${method} /v1${path}` === row.route)
  const names = route?.query instanceof z.ZodObject ? Object.keys(route.query.shape) : []
  const inQuery = [...names, 'unheard-of'].map(
    (name): Place => ({
      name: `${row.route} query ${name}`,
      with: (text) => ({
        ...working,
        path: `${row.path}?${new URLSearchParams({ [name]: text })}`,
      }),
    }),
  )
  const inBody = leavesOf(row.body).flatMap((leaf): Place[] => [
    {
      name: `${row.route} body ${leaf.join('/')}`,
      with: (text) => ({ ...working, body: replaced(row.body, leaf, text) }),
    },
  ])
  const asName: Place[] =
    row.body === undefined
      ? []
      : [
          {
            name: `${row.route} body, as a name`,
            with: (text) => ({ ...working, body: replaced(row.body, [text], text) }),
          },
        ]
  const inHeaders = HEADERS.map(
    (name): Place => ({
      name: `${row.route} header ${name}`,
      with: (text) => ({ ...working, headers: { ...working.headers, [name]: text } }),
    }),
  )
  return [...inPath, ...inQuery, ...inBody, ...asName, ...inHeaders]
}

/** Claims a host writes texts of its own, or of its users, into. */
export const CLAIMS: Readonly<Record<string, (text: string) => Record<string, unknown>>> = {
  sub: (sub) => ({ sub }),
  jti: (jti) => ({ jti }),
  client_id: (client_id) => ({ client_id }),
  name: (name) => ({ name }),
  scope: (scope) => ({ scope }),
  role: (role) => ({ role }),
  acr: (acr) => ({ acr }),
  iss: (iss) => ({ iss }),
  'act.sub': (sub) => ({ act: { sub } }),
  'act.name': (name) => ({ act: { sub: 'eve', name } }),
  service: (service) => ({ service }),
  'service.id': (id) => ({ service: { id } }),
  'service.label': (label) => ({ service: { id: 'fresh', label } }),
  'service.domain': (domain) => ({ service: { id: 'fresh', domain } }),
  'service.package': (plan) => ({ service: { id: 'fresh', package: plan } }),
  'service.configuration': (configuration) => ({ service: { id: 'fresh', configuration } }),
  'service.username': (username) => ({
    service: { id: 'fresh', domain: 'fresh.example', username },
  }),
  'authorization_details.identifier': (identifier) => ({
    authorization_details: [{ type: 'provision_service', identifier }],
  }),
  'authorization_details.actions': (action) => ({
    authorization_details: [{ type: 'provision_service', identifier: 'eve', actions: [action] }],
  }),
  origins: (origin) => ({ origins: [origin] }),
}
