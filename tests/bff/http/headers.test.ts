import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ELEMENT, openWholeBff, type WholeBff } from './whole-bff.ts'

let whole: WholeBff
const api = new Map<string, Response>()
const all = new Map<string, Response>()

before(async () => {
  whole = await openWholeBff()
  for (const [what, path, init] of [
    ['the description', '/v1/openapi.json', {}],
    ['the problems, as data', '/v1/errors', {}],
    ['the problems, as a page', '/v1/errors', { headers: { accept: 'text/html' } }],
    ['a refusal', '/v1/services/bob', {}],
    ['nothing', '/v1/nothing', {}],
    ['the wrong method', '/v1/services/bob/fields', { method: 'DELETE' }],
    ['a body too large', '/v1/services/bob/fields', { method: 'PATCH', body: 'x'.repeat(70_000) }],
  ] as const)
    api.set(what, await whole.ask(path, init))
  for (const [what, path] of [
    ['life', '/livez'],
    ['readiness', '/readyz'],
    ['an element', ELEMENT],
    ['no element', '/widgets/1/nothing.js'],
    ['no page', '/'],
  ] as const)
    all.set(what, await whole.ask(path))
  for (const [what, response] of api) all.set(what, response)
})
after(() => whole.end())

/** The answers whose header does not fit. */
const wrong = (
  answers: ReadonlyMap<string, Response>,
  name: string,
  fits: (value: string) => boolean,
) => [...answers].filter(([, { headers }]) => !fits(headers.get(name) ?? '')).map(([what]) => what)

describe('every answer', () => {
  it('was seen', () => assert.ok(all.size >= 12 && all.get('an element')?.status === 200))
  it('forbids guessing its type', () =>
    assert.deepEqual(
      wrong(all, 'x-content-type-options', (value) => value === 'nosniff'),
      [],
    ))
  it('leads nowhere else', () =>
    assert.deepEqual(
      [...all].filter(
        ([, { status, headers }]) => (status >= 300 && status < 400) || headers.has('location'),
      ),
      [],
    ))
  it('says nothing of what made it', () =>
    assert.deepEqual(
      [...all].filter(([, { headers }]) => headers.has('server') || headers.has('x-powered-by')),
      [],
    ))
})

describe('every answer of the API', () => {
  it('is kept by nobody', () =>
    assert.deepEqual(
      wrong(api, 'cache-control', (value) => value.includes('no-store')),
      [],
    ))
  it('passes no address on', () =>
    assert.deepEqual(
      wrong(api, 'referrer-policy', (value) => value === 'no-referrer'),
      [],
    ))
  it('stands in no frame', () =>
    assert.deepEqual(
      wrong(api, 'content-security-policy', (value) => value.includes("frame-ancestors 'none'")),
      [],
    ))
  it('loads nothing', () =>
    assert.deepEqual(
      wrong(api, 'content-security-policy', (value) => value.includes("default-src 'none'")),
      [],
    ))
  it('is asked for over TLS from then on', () =>
    assert.deepEqual(
      wrong(api, 'strict-transport-security', (value) => /^max-age=31536000\b/.test(value)),
      [],
    ))
})
