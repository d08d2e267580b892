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
    ['a refusal', '/v1/services/bob', {}],
    ['nothing', '/v1/nothing', {}],
    ['the wrong method', '/v1/services/bob/fields', { method: 'DELETE' }],
    ['a body too large', '/v1/services/bob/fields', { method: 'PATCH', body: 'x'.repeat(70_000) }],
  ] as const)
    api.set(what, await whole.ask(path, init))
  for (const [what, path, init] of [
    ['the problems, as data', '/v1/errors', {}],
    ['the problems, as a page', '/v1/errors', { headers: { accept: 'text/html' } }],
    ['the page of one problem', '/v1/errors/not_found', { headers: { accept: 'text/html' } }],
    ['life', '/livez', {}],
    ['readiness', '/readyz', {}],
    ['an element', ELEMENT, {}],
    ['no element', '/widgets/1/nothing.js', {}],
    ['no page', '/', {}],
  ] as const)
    all.set(what, await whole.ask(path, init))
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
  it('passes no address on', () =>
    assert.deepEqual(
      wrong(all, 'referrer-policy', (value) => value === 'no-referrer'),
      [],
    ))
  it('stands in no frame', () =>
    assert.deepEqual(
      wrong(all, 'content-security-policy', (value) => value.includes("frame-ancestors 'none'")),
      [],
    ))
  it('loads nothing and sends nothing anywhere', () =>
    assert.deepEqual(
      wrong(all, 'content-security-policy', (value) =>
        ["default-src 'none'", "base-uri 'none'", "form-action 'none'"].every((rule) =>
          value.split('; ').includes(rule),
        ),
      ),
      [],
    ))
  it('is asked for over TLS from then on, for a year, and every name below it too', () =>
    assert.deepEqual(
      wrong(
        all,
        'strict-transport-security',
        (value) => value === 'max-age=31536000; includeSubDomains',
      ),
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
      wrong(api, 'cache-control', (value) => value === 'no-store'),
      [],
    ))
})
